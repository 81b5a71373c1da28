package io.ecsoperator.localecs.taskdefinition;

/** Those who keep a deleted task definition from going. */
@FunctionalInterface
public interface TaskDefinitionUsers {
  /** Whether a service, deployment or task of theirs still uses the revision. */
  boolean uses(String taskDefinitionArn);
}

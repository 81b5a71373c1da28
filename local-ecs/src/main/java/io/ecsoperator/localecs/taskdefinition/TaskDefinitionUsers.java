package io.ecsoperator.localecs.taskdefinition;

/** The resources that still use a task definition and delay its deletion. */
@FunctionalInterface
public interface TaskDefinitionUsers {
  /** Whether a service, deployment or task of this kind still uses the revision. */
  boolean uses(String taskDefinitionArn);
}

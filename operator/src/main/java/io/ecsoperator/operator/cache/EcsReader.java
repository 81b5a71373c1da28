package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.Priority;

/**
 * What is known of ECS, for one purpose. Answers come from the last reading where that is fresh
 * enough, else from the next batched describe; a caller waits for that one batch, and if the batch
 * did not answer for its resource, for one call of its own. Nothing but {@link #query} throws.
 */
public interface EcsReader {

  /**
   * A cluster with its tags, settings and configuration. One that was deleted is {@code Present}
   * with status {@code INACTIVE} as long as ECS describes it.
   */
  Observation cluster(String nameOrArn, Freshness freshness);

  /**
   * A service with its tags. {@code Absent} also where the cluster is gone; {@code Present} with
   * status {@code DRAINING} or {@code INACTIVE} as long as ECS describes it.
   *
   * @param cluster name or ARN
   * @param service name or ARN
   */
  Observation service(String cluster, String service, Freshness freshness);

  /**
   * A task with its tags. ECS describes a stopped one for at least an hour.
   *
   * @param cluster name or ARN
   * @param task id or ARN
   */
  Observation task(String cluster, String task, Freshness freshness);

  /**
   * A container instance: its ARN, {@code ec2InstanceId} and {@code status}, nothing else. One that
   * was taken out of its cluster is {@code Present} with status {@code INACTIVE} as long as ECS
   * describes it.
   *
   * @param cluster name or ARN
   * @param instance id or ARN
   */
  Observation containerInstance(String cluster, String instance, Freshness freshness);

  /**
   * A capacity provider. One that was deleted is {@code Present} with status {@code INACTIVE} as
   * long as ECS describes it.
   */
  Observation capacityProvider(String nameOrArn, Freshness freshness);

  /**
   * A task definition: the tree is ECS's {@code taskDefinition} with {@code tags} added.
   *
   * <p>The body of a revision never changes, but its status and tags do: {@link Freshness#ANY} for
   * the body, something younger for them.
   *
   * @param familyOrArn an ARN or {@code family:revision}; a bare family is its newest ACTIVE
   *     revision. That there is none may be told by a list of all families, unless {@link
   *     Freshness#NOW} is asked for
   */
  Observation taskDefinition(String familyOrArn, Freshness freshness);

  /**
   * Whether a revision is known to be ACTIVE, be it by a list of all that are; its body is not
   * looked at. {@code false} says only that it has to be described.
   */
  boolean isActive(String revisionArn, Freshness freshness);

  /**
   * A rarer read, asked for every time: {@code ListTasks}, {@code DescribeServiceDeployments}, …
   *
   * @throws AwsFailure as {@link io.ecsoperator.operator.aws.Ecs#read}
   */
  ObjectNode query(String operation, ObjectNode request);

  /** The same for calls that go before or after others. */
  EcsReader with(Priority priority);

  /**
   * The same for what the caller has never seen: where ECS says among other answers that it is
   * missing, that is enough, and no call is made for it alone. Only for what is created in a way
   * that can be repeated: it may be there all the same.
   */
  EcsReader forNew();
}

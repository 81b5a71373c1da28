package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.task.Placement;
import java.util.List;
import software.amazon.awssdk.services.ecs.model.LoadBalancer;
import software.amazon.awssdk.services.ecs.model.ServiceRevision;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/**
 * A service revision: the immutable settings of a deployment's tasks.
 *
 * @param deploymentId {@code ecs-svc/} and the digits that also end the revision's ARN
 */
record Revision(
    String deploymentId, ServiceRevision facts, TaskDefinition definition, Placement placement) {

  /** The load balancers that check the health of its tasks. */
  List<LoadBalancer> targetGroups() {
    return facts.loadBalancers().stream()
        .filter(loadBalancer -> loadBalancer.targetGroupArn() != null)
        .toList();
  }
}

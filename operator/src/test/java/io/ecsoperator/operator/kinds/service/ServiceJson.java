package io.ecsoperator.operator.kinds.service;

import static io.ecsoperator.operator.Trees.tree;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.service.EcsServiceStatus;
import java.time.Instant;

/** A service as ECS describes it, with the members that ECS adds by itself. */
record ServiceJson(ObjectNode json) {
  static final String ARN = "arn:aws:ecs:eu-central-1:1:service/main/web";
  static final String CLUSTER = "arn:aws:ecs:eu-central-1:1:cluster/main";
  static final String REVISION_1 = "arn:aws:ecs:eu-central-1:1:task-definition/web:1";
  static final String REVISION_2 = "arn:aws:ecs:eu-central-1:1:task-definition/web:2";
  static final String OURS = "k8s/shop/EcsService/web";

  /** Two tasks of revision 1, all running, owned by the object {@code web}. */
  static ServiceJson steady() {
    return new ServiceJson(
            tree(
                "{'serviceArn':'"
                    + ARN
                    + "','serviceName':'web','clusterArn':'"
                    + CLUSTER
                    + "','status':'ACTIVE','desiredCount':2,'runningCount':2,'pendingCount':0,"
                    + "'createdAt':1767225600.5,'loadBalancers':[],'serviceRegistries':[],"
                    + "'placementConstraints':[],'placementStrategy':[],'events':[],"
                    + "'launchType':'FARGATE','platformVersion':'LATEST','platformFamily':'Linux',"
                    + "'deploymentConfiguration':{'maximumPercent':200,'minimumHealthyPercent':100,"
                    + "'strategy':'ROLLING','bakeTimeInMinutes':0,"
                    + "'deploymentCircuitBreaker':{'enable':false,'rollback':false}},"
                    + "'healthCheckGracePeriodSeconds':0,'schedulingStrategy':'REPLICA',"
                    + "'deploymentController':{'type':'ECS'},'enableECSManagedTags':false,"
                    + "'propagateTags':'NONE','enableExecuteCommand':false,"
                    + "'availabilityZoneRebalancing':'ENABLED',"
                    + "'roleArn':'arn:aws:iam::1:role/aws-service-role/ecs.amazonaws.com/"
                    + "AWSServiceRoleForECS'}"))
        .owner(OURS)
        .deployment("ecs-svc/1", REVISION_1, "COMPLETED", 2);
  }

  ServiceJson set(String members) {
    ObjectNode changed = json.deepCopy();
    changed.setAll(tree("{" + members + "}"));
    return new ServiceJson(changed);
  }

  ServiceJson counts(int desired, int running) {
    return set("'desiredCount':" + desired + ",'runningCount':" + running);
  }

  /** Without an owner where {@code owner} is empty. */
  ServiceJson owner(String owner) {
    return set(
        owner.isEmpty()
            ? "'tags':[]"
            : "'tags':[{'key':'ecs-operator.io/owner','value':'" + owner + "'}]");
  }

  /** The primary deployment, and the revision that the service is to run. */
  ServiceJson deployment(String id, String revision, String rolloutState, int running) {
    return set(
        "'taskDefinition':'"
            + revision
            + "','deployments':[{'id':'"
            + id
            + "','status':'PRIMARY','taskDefinition':'"
            + revision
            + "','rolloutState':'"
            + rolloutState
            + "','rolloutStateReason':'ECS deployment "
            + id
            + " says so.','runningCount':"
            + running
            + "}]");
  }

  /** The status of an object that has seen this. */
  EcsServiceStatus seen(EcsServiceStatus before, Instant when) {
    return ServiceStatusMapper.map(before, new DescribedService(json), when);
  }
}

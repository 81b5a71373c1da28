package io.ecsoperator.operator.kinds.service;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.cache.AwsResource;
import io.ecsoperator.operator.cache.AwsResource.WriteRule;
import io.ecsoperator.operator.cache.AwsResource.WriteRule.Shows;
import io.ecsoperator.operator.cache.Describe;
import io.ecsoperator.operator.cache.Describe.Members;
import io.ecsoperator.operator.cache.ListQuery;
import io.ecsoperator.operator.cache.ListRule;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.cache.ResourceRef;
import io.ecsoperator.operator.cache.Scope;
import io.ecsoperator.operator.cache.WriteVisibility;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.operator.kinds.service.DescribedService.Deployment;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What the cache knows about ECS services. */
public final class ServiceResource {
  private static final String NAME = "service";

  /** The type of ARNs {@code arn:…:service-deployment/<cluster>/<service>/<id>}. */
  private static final String DEPLOYMENT = "service-deployment";

  private static final EcsMember CLUSTER =
      EcsType.request("CreateService", "UpdateService", "DeleteService").member("cluster");
  private static final EcsMember CREATED_NAME =
      EcsType.request("CreateService").member("serviceName");
  private static final EcsMember NAME_OR_ARN =
      EcsType.request("UpdateService", "DeleteService").member("service");
  private static final EcsMember DEPLOYMENT_ARN =
      EcsType.request("StopServiceDeployment", "ContinueServiceDeployment")
          .member("serviceDeploymentArn");

  private static final EcsMember TASK_GROUP = EcsType.of("Task").member("group");
  private static final EcsMember TASK_CLUSTER = EcsType.of("Task").member("clusterArn");

  /** What the group of a service's task begins with. */
  private static final String GROUP = "service:";

  private static final WriteVisibility.StatusLadder LADDER =
      WriteVisibility.StatusLadder.of("DRAINING", "INACTIVE");
  private static final Set<String> IDENTIFIERS = Set.of("cluster", "service", "clientToken");

  /** ECS describes a hundred events; the newest say what has just happened. */
  private static final Describe.KeptMembers KEPT = Describe.KeptMembers.newest("events", 5);

  public static final AwsResource TABLE =
      new AwsResource(
          NAME,
          AwsResource.ArnForm.of(Scope.IN_CLUSTER, "service", DEPLOYMENT),
          new Describe.Batch(
              "DescribeServices",
              10,
              Members.named("services", "serviceArn", "serviceName"),
              List.of(Describe.Include.TAGS),
              KEPT),
          ServiceResource::isChanging,
          List.of(
              WriteRule.of(
                  "CreateService",
                  request -> touched(request, CREATED_NAME),
                  Shows.created("service", ServiceResource::shown, ServiceResource::created)),
              WriteRule.of(
                  "UpdateService",
                  request -> touched(request, NAME_OR_ARN),
                  Shows.changed("service", ServiceResource::shown, ServiceResource::updated)),
              WriteRule.of(
                  "DeleteService",
                  request -> touched(request, NAME_OR_ARN),
                  Shows.changed("service", ServiceResource::shown, ServiceResource::deleted)),
              WriteRule.withoutDescription(
                  "StopServiceDeployment", ServiceResource::serviceOfDeployment),
              WriteRule.withoutDescription(
                  "ContinueServiceDeployment", ServiceResource::serviceOfDeployment)),
          Optional.of(new ListRule.Names(ListQuery.all("ListServices", "serviceArns"))),
          ServiceResource::ofTask);

  private ServiceResource() {}

  /** The service that started a task: its counts change with the task. */
  private static Optional<ResourceRef> ofTask(ObjectNode task) {
    String group = TASK_GROUP.text(task);
    return group.startsWith(GROUP)
        ? Optional.of(
            ResourceRef.inCluster(NAME, TASK_CLUSTER.text(task), group.substring(GROUP.length())))
        : Optional.empty();
  }

  /**
   * @param cluster name or ARN
   */
  static ResourceRef ref(String cluster, String nameOrArn) {
    return ResourceRef.inCluster(NAME, cluster, nameOrArn);
  }

  private static List<ResourceRef> touched(ObjectNode request, EcsMember name) {
    return List.of(ref(CLUSTER.text(request), name.text(request)));
  }

  private static List<ResourceRef> serviceOfDeployment(ObjectNode request) {
    return TABLE.refOf(DEPLOYMENT_ARN.text(request)).stream().toList();
  }

  private static List<ResourceRef> shown(ObjectNode request, ObjectNode tree) {
    DescribedService service = new DescribedService(tree);
    String cluster = service.optionalClusterArn().orElseGet(() -> CLUSTER.text(request));
    return List.of(ref(cluster, service.name()));
  }

  private static boolean isChanging(ObjectNode tree) {
    DescribedService service = new DescribedService(tree);
    List<Deployment> deployments = service.deployments();
    return service.isDraining()
        || service.isActive()
            && (deployments.size() > 1
                || deployments.stream().anyMatch(Deployment::isInProgress)
                || service.runningCount() != service.desiredCount());
  }

  private static Predicate<Observation> created(
      ObjectNode request, ObjectNode answer, Optional<ObjectNode> before) {
    return WriteVisibility.present(read -> WriteVisibility.compareCreation(read, answer) >= 0);
  }

  private static Predicate<Observation> updated(
      ObjectNode request, ObjectNode answer, Optional<ObjectNode> before) {
    Optional<Deployment> started = started(answer, before);
    return WriteVisibility.present(
        read -> {
          int creation = WriteVisibility.compareCreation(read, answer);
          if (creation != 0) {
            return creation > 0;
          }
          DescribedService service = new DescribedService(read);
          return LADDER.isBelow(read, answer)
              || started.filter(service::has).isPresent()
              || service.lastChange() > new DescribedService(answer).lastChange()
              || (WriteVisibility.sameMembers(request, answer, read, IDENTIFIERS)
                  && showsPrimary(answer, read));
        });
  }

  private static Predicate<Observation> deleted(
      ObjectNode request, ObjectNode answer, Optional<ObjectNode> before) {
    return WriteVisibility.absentOr(
        read -> {
          int creation = WriteVisibility.compareCreation(read, answer);
          return creation > 0 || (creation == 0 && LADDER.rank(read) > 0);
        });
  }

  /** The deployment that an update started, if it started one. */
  private static Optional<Deployment> started(ObjectNode answer, Optional<ObjectNode> before) {
    return new DescribedService(answer)
        .primaryDeployment()
        .filter(
            primary -> before.filter(old -> !new DescribedService(old).has(primary)).isPresent());
  }

  /** Whether {@code read} has the answer's PRIMARY deployment, or a newer one. */
  private static boolean showsPrimary(ObjectNode answer, ObjectNode read) {
    List<Deployment> deployments = new DescribedService(read).deployments();
    return new DescribedService(answer)
        .deployments().stream()
            .filter(Deployment::isPrimary)
            .allMatch(
                primary ->
                    deployments.stream().anyMatch(deployment -> deployment.isSameOrNewer(primary)));
  }
}

package io.ecsoperator.operator.kinds.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.cache.ArnForm;
import io.ecsoperator.operator.cache.AwsResource;
import io.ecsoperator.operator.cache.Describe;
import io.ecsoperator.operator.cache.Describe.Members;
import io.ecsoperator.operator.cache.Include;
import io.ecsoperator.operator.cache.KeptMembers;
import io.ecsoperator.operator.cache.ListQuery;
import io.ecsoperator.operator.cache.ListRule;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.cache.ResourceRef;
import io.ecsoperator.operator.cache.Scope;
import io.ecsoperator.operator.cache.StatusLadder;
import io.ecsoperator.operator.cache.WriteRule;
import io.ecsoperator.operator.cache.WriteRule.Shows;
import io.ecsoperator.operator.cache.WriteVisibility;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What the cache knows about ECS services. */
public final class ServiceResource {
  private static final String NAME = "service";

  /** The type of ARNs {@code arn:…:service-deployment/<cluster>/<service>/<id>}. */
  private static final String DEPLOYMENT = "service-deployment";

  private static final StatusLadder LADDER = StatusLadder.of("DRAINING", "INACTIVE");
  private static final Set<String> IDENTIFIERS = Set.of("cluster", "service", "clientToken");

  /** ECS describes a hundred events; the newest say what has just happened. */
  private static final KeptMembers KEPT = KeptMembers.newest("events", 5);

  public static final AwsResource TABLE =
      new AwsResource(
          NAME,
          ArnForm.of(Scope.IN_CLUSTER, "service", DEPLOYMENT),
          new Describe.Batch(
              "DescribeServices",
              10,
              Members.named("services", "serviceArn", "serviceName"),
              List.of(Include.TAGS),
              KEPT),
          ServiceResource::isChanging,
          List.of(
              WriteRule.of(
                  "CreateService",
                  request -> touched(request, "serviceName"),
                  Shows.created("service", ServiceResource::shown, ServiceResource::created)),
              WriteRule.of(
                  "UpdateService",
                  request -> touched(request, "service"),
                  Shows.changed("service", ServiceResource::shown, ServiceResource::updated)),
              WriteRule.of(
                  "DeleteService",
                  request -> touched(request, "service"),
                  Shows.changed("service", ServiceResource::shown, ServiceResource::deleted)),
              WriteRule.withoutDescription(
                  "StopServiceDeployment", ServiceResource::serviceOfDeployment),
              WriteRule.withoutDescription(
                  "ContinueServiceDeployment", ServiceResource::serviceOfDeployment)),
          Optional.of(new ListRule.Names(ListQuery.all("ListServices", "serviceArns"))));

  private ServiceResource() {}

  /**
   * @param cluster name or ARN
   */
  static ResourceRef ref(String cluster, String nameOrArn) {
    return ResourceRef.inCluster(NAME, cluster, nameOrArn);
  }

  private static List<ResourceRef> touched(ObjectNode request, String member) {
    return List.of(ref(request.path("cluster").asText(), request.path(member).asText()));
  }

  private static List<ResourceRef> serviceOfDeployment(ObjectNode request) {
    return TABLE.refOf(request.path("serviceDeploymentArn").asText()).stream().toList();
  }

  private static List<ResourceRef> shown(ObjectNode request, ObjectNode service) {
    String cluster = service.path("clusterArn").asText(request.path("cluster").asText());
    return List.of(ref(cluster, service.path("serviceName").asText()));
  }

  private static boolean isChanging(ObjectNode service) {
    return switch (service.path("status").asText()) {
      case "DRAINING" -> true;
      case "ACTIVE" ->
          service.path("deployments").size() > 1
              || isInProgress(service.path("deployments").path(0))
              || service.path("runningCount").asInt() != service.path("desiredCount").asInt();
      default -> false;
    };
  }

  private static boolean isInProgress(JsonNode deployment) {
    return deployment.path("rolloutState").asText().equals("IN_PROGRESS");
  }

  private static Predicate<Observation> created(ObjectNode request, ObjectNode answer) {
    return WriteVisibility.present(read -> WriteVisibility.compareCreation(read, answer) >= 0);
  }

  private static Predicate<Observation> updated(ObjectNode request, ObjectNode answer) {
    return WriteVisibility.present(
        read -> {
          int creation = WriteVisibility.compareCreation(read, answer);
          if (creation != 0) {
            return creation > 0;
          }
          return LADDER.isBelow(read, answer)
              || (WriteVisibility.sameMembers(request, answer, read, IDENTIFIERS)
                  && showsPrimary(answer, read));
        });
  }

  private static Predicate<Observation> deleted(ObjectNode request, ObjectNode answer) {
    return WriteVisibility.absentOr(
        read -> {
          int creation = WriteVisibility.compareCreation(read, answer);
          return creation > 0 || (creation == 0 && LADDER.rank(read) > 0);
        });
  }

  /** Whether {@code read} has the answer's PRIMARY deployment, or a newer one. */
  private static boolean showsPrimary(ObjectNode answer, ObjectNode read) {
    return answer
        .path("deployments")
        .valueStream()
        .filter(deployment -> deployment.path("status").asText().equals("PRIMARY"))
        .allMatch(
            primary ->
                read.path("deployments")
                    .valueStream()
                    .anyMatch(deployment -> isSameOrNewer(deployment, primary)));
  }

  private static boolean isSameOrNewer(JsonNode deployment, JsonNode other) {
    return deployment.path("id").equals(other.path("id"))
        || deployment.path("createdAt").asDouble() > other.path("createdAt").asDouble();
  }
}

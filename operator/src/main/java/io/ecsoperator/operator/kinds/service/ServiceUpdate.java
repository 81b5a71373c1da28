package io.ecsoperator.operator.kinds.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.operator.engine.Comparison;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Plan;
import io.ecsoperator.plan.UpdateRequests.Update;
import io.ecsoperator.plan.Values;
import java.util.List;
import java.util.Set;

/** What UpdateService carries, by the schema and by what ECS demands beyond it. */
final class ServiceUpdate {
  /** Path of the change that stands for a redeploy request. */
  static final String REDEPLOY = "forceNewDeployment";

  static final String COUNT = "desiredCount";

  /** The members that ECS changes without a deployment. */
  static final Set<String> WITHOUT_DEPLOYMENT = Set.of(COUNT, "tags");

  private static final String CONNECT = "serviceConnectConfiguration";
  private static final String STRATEGY = "capacityProviderStrategy";
  private static final String PLATFORM_VERSION = "platformVersion";
  private static final EcsMember LAUNCH_TYPE =
      EcsType.request("CreateService").member("launchType");
  private static final EcsMember PROVIDER =
      EcsType.of("CapacityProviderStrategyItem").member("capacityProvider");
  private static final EcsMember CONNECT_ENABLED =
      EcsType.of("ServiceConnectConfiguration").member("enabled");

  /**
   * The members of UpdateService, without {@code cluster} and {@code service}, that carry these
   * changes. Empty if only tags or members that cannot be updated have changed.
   */
  ObjectNode members(Comparison comparison) {
    ObjectNode request =
        comparison.updates().stream()
            .map(Update::members)
            .findFirst()
            .orElseGet(JsonNodeFactory.instance::objectNode);
    emptyConnectThatIsOff(request);
    // An empty strategy moves a service from capacity providers back to its launch type.
    if (comparison.changes().stream().anyMatch(ServiceUpdate::isMoveToLaunchType)) {
      request.putArray(STRATEGY);
    }
    if (request.path(STRATEGY).isArray()
        && !isFargate(request.path(STRATEGY), comparison.yielding())) {
      // ECS refuses a platform version outside Fargate, and shows none there any more.
      comparison.changes().stream()
          .filter(change -> change.path().equals(PLATFORM_VERSION))
          .filter(change -> change.to().isMissingNode())
          .forEach(reset -> request.remove(PLATFORM_VERSION));
    }
    // ECS changes a strategy only with a new deployment.
    if (request.has(STRATEGY)) {
      request.put(REDEPLOY, true);
    }
    return request;
  }

  /** Whether tasks run on Fargate with this strategy; with none, by the launch type. */
  private static boolean isFargate(JsonNode strategy, ObjectNode desired) {
    return strategy.isEmpty()
        ? LAUNCH_TYPE.text(desired).equals("FARGATE")
        : strategy.valueStream().anyMatch(item -> PROVIDER.text(item).startsWith("FARGATE"));
  }

  /** ECS refuses a Service Connect that is off if its services are sent with it, and keeps none. */
  static void emptyConnectThatIsOff(ObjectNode request) {
    JsonNode enabled = CONNECT_ENABLED.of(request.path(CONNECT));
    if (enabled.isBoolean() && !enabled.booleanValue()) {
      request.putObject(CONNECT).put("enabled", false);
    }
  }

  /** The paths of the changes that UpdateService refuses since CodeDeploy deploys the service. */
  List<String> byCodeDeploy(Comparison comparison) {
    return isByCodeDeploy(comparison)
        ? comparison.changes().stream()
            .filter(change -> ServiceSchema.BY_CODE_DEPLOY.contains(member(change)))
            .map(FieldChange::path)
            .toList()
        : List.of();
  }

  static boolean isByCodeDeploy(Comparison comparison) {
    return ServiceRules.IS_CODE_DEPLOY.holds(comparison.desired(), comparison.observed());
  }

  /** ECS shows a launch type or a strategy: a service without launch type has a strategy. */
  private static boolean isMoveToLaunchType(FieldChange change) {
    return change.path().equals("launchType") && Values.isUnset(change.from());
  }

  static boolean startsDeployment(Comparison comparison) {
    return comparison.changes().stream().anyMatch(ServiceUpdate::startsDeployment);
  }

  static boolean startsDeployment(Plan.Call call) {
    return call.operation().equals("CreateService")
        || call.changes().stream().anyMatch(ServiceUpdate::startsDeployment);
  }

  static boolean startsDeployment(FieldChange change) {
    return !WITHOUT_DEPLOYMENT.contains(member(change));
  }

  /** The change that the redeploy annotation asks for. */
  static FieldChange redeploy(String requestedAt) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return new FieldChange(REDEPLOY, nodes.missingNode(), nodes.textNode(requestedAt));
  }

  /** The member of the request that a change belongs to. */
  static String member(FieldChange change) {
    return change.path().split("[.\\[]", 2)[0];
  }
}

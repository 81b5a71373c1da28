package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.instance.PlacementRules;
import io.ecsoperator.localecs.protocol.Choice;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.tag.Tags;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.AvailabilityZoneRebalancing;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentController;
import software.amazon.awssdk.services.ecs.model.DeploymentControllerType;
import software.amazon.awssdk.services.ecs.model.DeploymentStrategy;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.LoadBalancer;
import software.amazon.awssdk.services.ecs.model.PlacementConstraint;
import software.amazon.awssdk.services.ecs.model.PlacementStrategy;
import software.amazon.awssdk.services.ecs.model.PropagateTags;
import software.amazon.awssdk.services.ecs.model.SchedulingStrategy;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.UpdateServiceRequest;

/** Validates services as ECS does. */
final class ServiceRules {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,255}");
  private static final int TOKEN_LENGTH = 36;
  private static final int MOST_TASKS = 5000;
  private static final Set<DeploymentStrategy> SHIFTING =
      EnumSet.of(
          DeploymentStrategy.BLUE_GREEN, DeploymentStrategy.LINEAR, DeploymentStrategy.CANARY);

  private ServiceRules() {}

  static void check(CreateServiceRequest request) {
    if (request.serviceName() == null || request.serviceName().isEmpty()) {
      throw EcsError.invalidParameter("Service name can not be blank.");
    }
    if (!NAME.matcher(request.serviceName()).matches()) {
      throw EcsError.invalidParameter(
          "Invalid service name: 1 to 255 letters, numbers, hyphens and underscores.");
    }
    if (request.clientToken() != null && request.clientToken().length() > TOKEN_LENGTH) {
      throw EcsError.invalidParameter(
          "clientToken can have at most " + TOKEN_LENGTH + " characters.");
    }
    Choice.check(
        "scheduling strategy",
        request.schedulingStrategyAsString(),
        List.of(SchedulingStrategy.values()));
    checkController(request.deploymentController());
    boolean external = controller(request) == DeploymentControllerType.EXTERNAL;
    if (!external && (request.taskDefinition() == null || request.taskDefinition().isEmpty())) {
      throw EcsError.invalidParameter("TaskDefinition can not be blank.");
    }
    if (request.schedulingStrategy() == SchedulingStrategy.DAEMON) {
      checkDaemon(request);
    } else if (!external || request.desiredCount() != null) {
      checkCount(
          Optional.ofNullable(request.desiredCount())
              .orElseThrow(() -> EcsError.invalidParameter("DesiredCount is missing")),
          "DesiredCount can not be lesser than 0");
    }
    checkCommon(
        request.propagateTagsAsString(),
        request.availabilityZoneRebalancingAsString(),
        request.placementConstraints(),
        request.placementStrategy());
    Tags.check(request.tags());
  }

  /** The deployment controller of a new service. */
  static DeploymentControllerType controller(CreateServiceRequest request) {
    return Optional.ofNullable(request.deploymentController())
        .map(DeploymentController::type)
        .orElse(DeploymentControllerType.ECS);
  }

  private static void checkDaemon(CreateServiceRequest request) {
    if (controller(request) != DeploymentControllerType.ECS) {
      throw daemonHasNo(
          "the " + controller(request) + " deployment controller", "deployment controller");
    }
    if (request.desiredCount() != null) {
      throw daemonHasNo("a desired count", "desired count value");
    }
    if (request.launchType() == LaunchType.FARGATE) {
      throw daemonHasNo("the FARGATE launch type", "launch type");
    }
    checkDaemon(request.deploymentConfiguration());
  }

  /**
   * Refuses maximumPercent above 100 for daemons: one instance cannot run the tasks of two
   * revisions.
   */
  private static void checkDaemon(DeploymentConfiguration configuration) {
    Optional.ofNullable(configuration)
        .map(DeploymentConfiguration::strategy)
        .filter(SHIFTING::contains)
        .ifPresent(
            strategy -> {
              throw daemonHasNo("the " + strategy + " deployment strategy", "deployment strategy");
            });
  }

  private static EcsError daemonHasNo(String what, String remove) {
    return EcsError.invalidParameter(
        "The daemon scheduling strategy does not support "
            + what
            + " for services. Remove the "
            + remove
            + " and try again");
  }

  static void check(UpdateServiceRequest request, ServiceState service) {
    if (service.isDaemon()) {
      if (request.desiredCount() != null) {
        throw daemonHasNo("a desired count", "desired count value");
      }
      checkDaemon(request.deploymentConfiguration());
    }
    if (request.desiredCount() != null) {
      checkCount(request.desiredCount(), "Task count can not be lesser than 0");
    }
    checkController(request.deploymentController());
    if (request.deploymentController() != null
        && request.deploymentController().type()
            != service.settings().deploymentController().type()) {
      throw new EcsError(
          "UnsupportedFeatureException",
          "local-ecs does not support a change of the deployment controller.");
    }
    if (service.usesTaskSets()) {
      checkControlledElsewhere(
          request, service.settings().deploymentController().type().toString());
    }
    if (request.hasCapacityProviderStrategy()
        && !Boolean.TRUE.equals(request.forceNewDeployment())
        && !request
            .capacityProviderStrategy()
            .equals(service.settings().capacityProviderStrategy())) {
      throw EcsError.invalidParameter(
          "A capacity provider strategy can only be changed together with forceNewDeployment.");
    }
    checkCommon(
        request.propagateTagsAsString(),
        request.availabilityZoneRebalancingAsString(),
        request.placementConstraints(),
        request.placementStrategy());
  }

  private static void checkCount(int count, String negative) {
    if (count < 0) {
      throw EcsError.invalidParameter(negative);
    }
    if (count > MOST_TASKS) {
      throw EcsError.invalidParameter("A service can have at most " + MOST_TASKS + " tasks.");
    }
  }

  private static void checkController(@Nullable DeploymentController controller) {
    if (controller == null) {
      return;
    }
    Choice.check(
        "deployment controller",
        controller.typeAsString(),
        List.of(DeploymentControllerType.values()));
  }

  /** Refuses members that task sets control. */
  private static void checkControlledElsewhere(UpdateServiceRequest request, String controller) {
    if (Boolean.TRUE.equals(request.forceNewDeployment())) {
      throw elsewhere("Cannot force a new deployment", controller);
    }
    if (request.taskDefinition() != null) {
      throw elsewhere("Unable to update task definition", controller);
    }
    if (request.networkConfiguration() != null) {
      throw elsewhere("Unable to update network parameters", controller);
    }
    if (request.platformVersion() != null) {
      throw elsewhere("Unable to update platform version", controller);
    }
    if (request.hasLoadBalancers()) {
      throw elsewhere("Unable to update load balancers", controller);
    }
    if (request.hasServiceRegistries()) {
      throw elsewhere("Unable to update service registries", controller);
    }
    if (request.hasCapacityProviderStrategy()) {
      throw elsewhere("Unable to update capacity provider strategy", controller);
    }
  }

  private static EcsError elsewhere(String refused, String controller) {
    String instead =
        controller.equals("CODE_DEPLOY") ? " Use AWS CodeDeploy to trigger a new deployment." : "";
    return EcsError.invalidParameter(
        refused + " on services with a " + controller + " deployment controller." + instead);
  }

  private static void checkCommon(
      String propagateTags,
      String rebalancing,
      List<PlacementConstraint> constraints,
      List<PlacementStrategy> strategies) {
    Choice.check("propagateTags", propagateTags, List.of(PropagateTags.values()));
    Choice.check(
        "availabilityZoneRebalancing", rebalancing, List.of(AvailabilityZoneRebalancing.values()));
    PlacementRules.check(constraints, strategies);
  }

  /** Refuses load balancers with a container or port that is not in the task definition. */
  static void checkLoadBalancers(List<LoadBalancer> loadBalancers, TaskDefinition definition) {
    for (LoadBalancer loadBalancer : loadBalancers) {
      ContainerDefinition container =
          definition.containerDefinitions().stream()
              .filter(candidate -> candidate.name().equals(loadBalancer.containerName()))
              .findFirst()
              .orElseThrow(
                  () ->
                      EcsError.invalidParameter(
                          "The container "
                              + loadBalancer.containerName()
                              + " does not exist in the task definition."));
      if (container.portMappings().stream()
          .noneMatch(
              port ->
                  port.containerPort() != null
                      && port.containerPort().equals(loadBalancer.containerPort()))) {
        throw EcsError.invalidParameter(
            "The container "
                + container.name()
                + " did not have a container port "
                + loadBalancer.containerPort()
                + " defined.");
      }
    }
  }
}

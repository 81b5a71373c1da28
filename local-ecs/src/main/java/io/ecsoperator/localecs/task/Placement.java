package io.ecsoperator.localecs.task;

import io.ecsoperator.localecs.cluster.CapacityProviders;
import io.ecsoperator.localecs.protocol.Choice;
import io.ecsoperator.localecs.protocol.EcsError;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.AssignPublicIp;
import software.amazon.awssdk.services.ecs.model.AwsVpcConfiguration;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.Compatibility;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.NetworkConfiguration;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.OSFamily;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/**
 * Where tasks run: a launch type or a capacity provider strategy, never both.
 *
 * @param launchType empty with a strategy
 * @param strategy empty with a launch type
 * @param platformVersion as requested, else LATEST; empty where tasks do not run on Fargate
 */
public record Placement(
    Optional<LaunchType> launchType,
    List<CapacityProviderStrategyItem> strategy,
    Optional<String> platformVersion,
    Optional<NetworkConfiguration> network) {

  private static final String LATEST = "LATEST";

  /** The version that LATEST resolves to on Linux. */
  private static final String NEWEST_PLATFORM = "1.4.0";

  private static final Pattern PLATFORM = Pattern.compile("LATEST|1\\.[0-4]\\.0");
  private static final int MOST_SUBNETS = 16;
  private static final int MOST_SECURITY_GROUPS = 5;

  /**
   * Reads the placement of a request, and checks that the definition can run there.
   *
   * @param launchType as in the request, or null; without it and a strategy, the cluster's default
   *     strategy applies, else EC2
   * @param network as in the request, or null
   * @throws EcsError where ECS refuses the placement
   */
  public static Placement of(
      @Nullable String launchType,
      List<CapacityProviderStrategyItem> strategy,
      @Nullable String platformVersion,
      @Nullable NetworkConfiguration network,
      Cluster cluster,
      TaskDefinition definition) {
    Choice.checkLaunchType(launchType);
    if (launchType != null && !strategy.isEmpty()) {
      throw EcsError.invalidParameter(
          "Specifying both a launch type and capacity provider strategy is not supported. Remove"
              + " one and try again.");
    }
    CapacityProviders.checkStrategy(strategy, cluster.capacityProviders());
    List<CapacityProviderStrategyItem> effective =
        launchType == null && strategy.isEmpty()
            ? cluster.defaultCapacityProviderStrategy()
            : CapacityProviders.filledIn(strategy);
    Placement placement =
        new Placement(
            effective.isEmpty()
                ? Optional.of(
                    launchType == null ? LaunchType.EC2 : LaunchType.fromValue(launchType))
                : Optional.empty(),
            List.copyOf(effective),
            Optional.ofNullable(platformVersion),
            Optional.ofNullable(network).map(Placement::filledIn));
    placement.check(definition);
    return placement.isFargate() ? placement.withPlatform() : placement;
  }

  /** {@code assignPublicIp} is DISABLED where a request leaves it out, by the API reference. */
  private static NetworkConfiguration filledIn(NetworkConfiguration network) {
    AwsVpcConfiguration written = network.awsvpcConfiguration();
    return written == null || written.assignPublicIp() != null
        ? network
        : network.toBuilder()
            .awsvpcConfiguration(
                written.toBuilder().assignPublicIp(AssignPublicIp.DISABLED).build())
            .build();
  }

  private Placement withPlatform() {
    return new Placement(
        launchType, strategy, Optional.of(platformVersion.orElse(LATEST)), network);
  }

  /** Refuses a definition that cannot run with this placement. */
  public void check(TaskDefinition definition) {
    if (isFargate() && !definition.compatibilities().contains(Compatibility.FARGATE)) {
      throw EcsError.invalidParameter("Task definition does not support launch_type FARGATE.");
    }
    platformVersion.ifPresent(this::checkPlatform);
    boolean awsvpc = definition.networkMode() == NetworkMode.AWSVPC;
    Optional<AwsVpcConfiguration> configuration =
        network.map(NetworkConfiguration::awsvpcConfiguration);
    if (awsvpc && configuration.isEmpty()) {
      throw EcsError.invalidParameter(
          "Network Configuration must be provided when networkMode 'awsvpc' is specified.");
    }
    if (!awsvpc && configuration.isPresent()) {
      throw EcsError.invalidParameter(
          "Network Configuration is not valid for the given networkMode of this task definition.");
    }
    configuration.ifPresent(this::checkNetwork);
  }

  private void checkPlatform(String version) {
    if (!isFargate()) {
      throw EcsError.invalidParameter(
          "The platform version must be null when specifying an EC2 launch type.");
    }
    if (!PLATFORM.matcher(version).matches()) {
      throw new EcsError(
          "PlatformUnknownException", "The specified platform version does not exist.");
    }
  }

  private void checkNetwork(AwsVpcConfiguration configuration) {
    if (configuration.subnets().isEmpty()) {
      throw EcsError.invalidParameter("subnets can not be empty.");
    }
    if (configuration.subnets().size() > MOST_SUBNETS) {
      throw EcsError.invalidParameter("subnets can have at most " + MOST_SUBNETS + " items.");
    }
    if (configuration.securityGroups().size() > MOST_SECURITY_GROUPS) {
      throw EcsError.invalidParameter(
          "securityGroups can have at most " + MOST_SECURITY_GROUPS + " items.");
    }
    Choice.check(
        "assignPublicIp", configuration.assignPublicIpAsString(), List.of(AssignPublicIp.values()));
    if (configuration.assignPublicIp() == AssignPublicIp.ENABLED && !isFargate()) {
      throw EcsError.invalidParameter("Assign public IP is not supported for this launch type.");
    }
  }

  /** The subnets of tasks in awsvpc mode; empty for other tasks. */
  List<String> subnets() {
    return network
        .map(NetworkConfiguration::awsvpcConfiguration)
        .map(AwsVpcConfiguration::subnets)
        .orElse(List.of());
  }

  /** Whether the tasks run on Fargate. */
  public boolean isFargate() {
    return launchType
        .map(type -> type == LaunchType.FARGATE)
        .orElseGet(
            () ->
                strategy.stream()
                    .allMatch(item -> CapacityProviders.isFargate(item.capacityProvider())));
  }

  /** The platform version that tasks show; empty outside of Fargate. */
  public Optional<String> concretePlatformVersion() {
    return isFargate()
        ? Optional.of(
            platformVersion.filter(version -> !version.equals(LATEST)).orElse(NEWEST_PLATFORM))
        : Optional.empty();
  }

  /** {@code Linux}, or the Windows version of the definition; empty outside of Fargate. */
  public Optional<String> platformFamily(TaskDefinition definition) {
    if (!isFargate()) {
      return Optional.empty();
    }
    OSFamily os =
        definition.runtimePlatform() == null
            ? OSFamily.LINUX
            : definition.runtimePlatform().operatingSystemFamily();
    return Optional.of(os == null || os == OSFamily.LINUX ? "Linux" : os.toString());
  }

  /**
   * The provider of the next task. The base is filled first; then the provider that is furthest
   * below its weight is next.
   *
   * @param used the number of tasks that each provider has
   * @return empty without a strategy
   */
  public Optional<String> nextProvider(Map<String, Integer> used) {
    Optional<String> missingBase =
        strategy.stream()
            .filter(item -> used.getOrDefault(item.capacityProvider(), 0) < item.base())
            .map(CapacityProviderStrategyItem::capacityProvider)
            .findFirst();
    if (missingBase.isPresent() || strategy.size() <= 1) {
      return missingBase.or(
          () -> strategy.stream().map(CapacityProviderStrategyItem::capacityProvider).findFirst());
    }
    return strategy.stream()
        .filter(item -> item.weight() > 0)
        .min(
            (a, b) ->
                Double.compare(
                    beyondBase(a, used) / (double) a.weight(),
                    beyondBase(b, used) / (double) b.weight()))
        .map(CapacityProviderStrategyItem::capacityProvider);
  }

  private static int beyondBase(CapacityProviderStrategyItem item, Map<String, Integer> used) {
    return used.getOrDefault(item.capacityProvider(), 0) - item.base();
  }
}

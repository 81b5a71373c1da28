package io.ecsoperator.operator.kinds.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.operator.aws.Arn;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.plan.ComparableSchema.Condition;
import io.ecsoperator.plan.Equivalences.Equivalence.AsApplied;
import io.ecsoperator.plan.Equivalences.Equivalence.Rule;
import io.ecsoperator.plan.Equivalences.Equivalence.Unordered;
import io.ecsoperator.plan.FieldPair;
import io.ecsoperator.plan.Rules;
import io.ecsoperator.plan.Values;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Which values of a service's fields ECS treats as equal, where that takes more than a default. */
final class ServiceRules {
  static final Condition IS_CODE_DEPLOY = new Condition("deploymentController.type", "CODE_DEPLOY");
  static final Condition IS_DAEMON = new Condition("schedulingStrategy", "DAEMON");

  private static final EcsType LOAD_BALANCER = EcsType.of("LoadBalancer");
  private static final EcsMember TARGET_GROUP = LOAD_BALANCER.member("targetGroupArn");
  private static final EcsMember ADVANCED_CONFIGURATION =
      LOAD_BALANCER.member("advancedConfiguration");
  private static final EcsMember ALTERNATE_TARGET_GROUP =
      EcsType.of("AdvancedConfiguration").member("alternateTargetGroupArn");

  private ServiceRules() {}

  /**
   * The field of a placement strategy: {@code host} is {@code instanceId}, cpu and memory in any
   * case.
   */
  static Rule placementField() {
    return Rules.textAs(
        text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "host" -> "instanceId";
              case "cpu" -> "cpu";
              case "memory" -> "memory";
              default -> text;
            });
  }

  /**
   * {@code family:revision} equals its ARN; a family, or an ARN without revision, equals any
   * revision of it.
   */
  static Rule taskDefinition() {
    return field -> {
      String desired = field.desired().asText("");
      String observed = field.observed().asText("");
      if (desired.startsWith("arn:") && observed.startsWith("arn:")) {
        return desired.equals(observed)
            || (!Arn.nameOf(desired).contains(":") && observed.startsWith(desired + ":"));
      }
      String name = Arn.nameOf(desired);
      String found = Arn.nameOf(observed);
      return name.contains(":") ? name.equals(found) : name.equals(found.split(":")[0]);
    };
  }

  /**
   * An empty list asks for the cluster's default strategy at creation, which ECS then shows, and in
   * an update for the launch type: what ECS shows does not say whether it was asked for.
   */
  static AsApplied strategy() {
    return new AsApplied(
        field ->
            field.desired().isArray() && field.desired().isEmpty() && !field.observed().isEmpty(),
        new Unordered());
  }

  /** ECS shows a launch type or a strategy; if it shows neither, the launch type is unknown. */
  static Rule launchType() {
    return field ->
        Values.same(field.desired(), field.observed())
            || (Values.isUnset(field.observed())
                && Values.isUnset(field.sibling("capacityProviderStrategy").observed()));
  }

  /**
   * A percentage that has one default for REPLICA and another for DAEMON. A DAEMON service that
   * asks for the default for REPLICA may get its own default.
   */
  static Rule percent(int replica, int daemon) {
    return field -> {
      boolean isDaemon = IS_DAEMON.holds(field.root());
      int unset = isDaemon ? daemon : replica;
      int desired = field.desired().asInt(unset);
      int observed = field.observed().asInt(unset);
      return desired == observed || (isDaemon && desired == replica && observed == daemon);
    };
  }

  /**
   * Service Connect assigns {@code <discovery name>.<namespace>} to an alias without DNS name. The
   * discovery name defaults to the port name.
   */
  static Rule dnsName() {
    return field -> {
      if (!Values.isUnset(field.desired())) {
        return Values.equal(field.desired(), field.observed());
      }
      Optional<FieldPair> service = field.enclosing().flatMap(FieldPair::enclosing);
      return Values.isUnset(field.observed())
          || service.stream()
              .map(ServiceRules::discoveryName)
              .anyMatch(name -> field.observed().asText().startsWith(name + "."));
    };
  }

  private static String discoveryName(FieldPair service) {
    return Values.or(
            service.member("discoveryName").desired(), service.member("portName").desired())
        .asText();
  }

  /**
   * During blue/green the production rule alternates between the two target groups of the pair.
   * CodeDeploy too has two, of which the spec names one.
   */
  static Rule targetGroup() {
    return field ->
        Values.same(field.desired(), field.observed())
            || (IS_CODE_DEPLOY.holds(field.root()) && !field.existsOnOneSideOnly())
            || field.enclosing().filter(hasTheSameTargetGroups()).isPresent();
  }

  /**
   * The other target group of the pair, by the same rule as {@link #targetGroup}. It is in the load
   * balancer's {@code advancedConfiguration}.
   */
  static Rule alternateTargetGroup() {
    return field ->
        Values.same(field.desired(), field.observed())
            || field
                .enclosing()
                .flatMap(FieldPair::enclosing)
                .filter(hasTheSameTargetGroups())
                .isPresent();
  }

  private static Predicate<FieldPair> hasTheSameTargetGroups() {
    return loadBalancer ->
        targetGroups(loadBalancer.desired()).equals(targetGroups(loadBalancer.observed()));
  }

  private static Set<String> targetGroups(JsonNode loadBalancer) {
    return Set.copyOf(
        List.of(
            TARGET_GROUP.text(loadBalancer),
            ALTERNATE_TARGET_GROUP.text(ADVANCED_CONFIGURATION.of(loadBalancer))));
  }
}

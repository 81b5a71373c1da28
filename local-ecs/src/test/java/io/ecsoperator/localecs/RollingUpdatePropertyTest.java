package io.ecsoperator.localecs;

import static io.ecsoperator.localecs.Fixtures.container;
import static io.ecsoperator.localecs.Fixtures.env;
import static io.ecsoperator.localecs.Fixtures.register;
import static io.ecsoperator.localecs.Fixtures.registerWeb;
import static io.ecsoperator.localecs.Fixtures.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.localecs.world.WorldClock;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.ServiceEvent;

class RollingUpdatePropertyTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  record Percentages(int minimum, int maximum) {}

  /** A random action on a service, and the seconds to wait after it. */
  record Action(Kind kind, int count, int seconds) {}

  enum Kind {
    DEPLOY_GOOD,
    DEPLOY_BROKEN,
    FORCE,
    SCALE,
    KILL_ONE
  }

  @Provide
  Arbitrary<Percentages> percentages() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 100), Arbitraries.integers().between(100, 200))
        .as(Percentages::new)
        .filter(p -> p.minimum() < 100 || p.maximum() > 100);
  }

  @Provide
  Arbitrary<Action> deployments() {
    return actions(Kind.DEPLOY_GOOD, Kind.DEPLOY_BROKEN, Kind.FORCE);
  }

  @Provide
  Arbitrary<Action> actions() {
    return actions(Kind.values());
  }

  private static Arbitrary<Action> actions(Kind... kinds) {
    return Combinators.combine(
            Arbitraries.of(kinds),
            Arbitraries.integers().between(0, 8),
            Arbitraries.integers().between(0, 150))
        .as(Action::new);
  }

  @Property(tries = 40, shrinking = ShrinkingMode.OFF)
  void deploymentsStayBetweenTheBounds(
      @ForAll("percentages") Percentages percentages,
      @ForAll @IntRange(min = 1, max = 12) int desired,
      @ForAll boolean breaker,
      @ForAll @Size(min = 1, max = 4) List<@From("deployments") Action> deployments) {
    try (LocalEcs ecs = start()) {
      EcsClient client = ecs.client();
      create(client, desired, percentages, breaker);
      ecs.advance(Duration.ofMinutes(3));
      int upper = desired * percentages.maximum() / 100;
      int lower = Math.ceilDiv(desired * percentages.minimum(), 100);

      for (Action action : deployments) {
        carryOut(action, client);
        for (int i = 0; i < action.seconds(); i++) {
          ecs.advance(SECOND);
          Service web = describe(client);
          assertThat(web.runningCount() + web.pendingCount()).isLessThanOrEqualTo(upper);
          assertThat(web.runningCount()).isGreaterThanOrEqualTo(lower);
        }
      }
    }
  }

  @Property(tries = 40, shrinking = ShrinkingMode.OFF)
  void whateverHappensTheServiceComesToItsCountAndNothingLeaks(
      @ForAll("percentages") Percentages percentages,
      @ForAll @Size(max = 12) List<@From("actions") Action> actions) {
    try (LocalEcs ecs = start()) {
      EcsClient client = ecs.client();
      create(client, 2, percentages, true);
      for (Action action : actions) {
        carryOut(action, client);
        ecs.advance(Duration.ofSeconds(action.seconds()));
      }
      // With at least two tasks: one task at 150 % cannot be replaced, in ECS neither.
      client.updateService(
          u ->
              u.cluster("shop")
                  .service("web")
                  .desiredCount(3)
                  .deploymentConfiguration(d -> d.minimumHealthyPercent(50).maximumPercent(200)));
      registerWeb(client);
      client.updateService(u -> u.cluster("shop").service("web").taskDefinition("web"));
      ecs.advance(Duration.ofMinutes(20));

      Service web = describe(client);
      assertThat(web.runningCount()).isEqualTo(3);
      assertThat(web.pendingCount()).isZero();
      assertThat(web.deployments()).hasSize(1);
      assertThat(web.deployments().getFirst().rolloutStateAsString()).isEqualTo("COMPLETED");
      assertThat(client.listTasks(l -> l.cluster("shop")).taskArns()).hasSize(3);

      client.deleteService(d -> d.cluster("shop").service("web").force(true));
      ecs.advance(Duration.ofHours(2));
      assertThat(client.listTasks(l -> l.cluster("shop")).taskArns()).isEmpty();
      assertThat(client.listTasks(l -> l.cluster("shop").desiredStatus("STOPPED")).taskArns())
          .isEmpty();
      client.deleteCluster(c -> c.cluster("shop"));
    }
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void theSameSeedAndTheSameActionsGiveTheSameEvents(
      @ForAll @Size(max = 6) List<@From("actions") Action> actions) {
    assertThat(events(actions)).isEqualTo(events(actions));
  }

  private static List<ServiceEvent> events(List<Action> actions) {
    try (LocalEcs ecs = start()) {
      EcsClient client = ecs.client();
      create(client, 3, new Percentages(100, 200), true);
      for (Action action : actions) {
        carryOut(action, client);
        ecs.advance(Duration.ofSeconds(action.seconds()));
      }
      return describe(client).events();
    }
  }

  private static LocalEcs start() {
    return LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
  }

  private static void create(
      EcsClient client, int desired, Percentages percentages, boolean breaker) {
    client.createCluster(c -> c.clusterName("shop"));
    registerWeb(client);
    client.createService(
        service(desired)
            .deploymentConfiguration(
                DeploymentConfiguration.builder()
                    .minimumHealthyPercent(percentages.minimum())
                    .maximumPercent(percentages.maximum())
                    .deploymentCircuitBreaker(b -> b.enable(breaker).rollback(breaker))
                    .build())
            .build());
  }

  private static void carryOut(Action action, EcsClient client) {
    switch (action.kind()) {
      case DEPLOY_GOOD -> {
        registerWeb(client);
        client.updateService(u -> u.cluster("shop").service("web").taskDefinition("web"));
      }
      case DEPLOY_BROKEN -> {
        String how = action.count() % 2 == 0 ? "LOCAL_ECS_PULL_ERROR" : "LOCAL_ECS_EXIT_CODE";
        register(client, "web", container("web", c -> c.environment(env(how, "1"))));
        client.updateService(u -> u.cluster("shop").service("web").taskDefinition("web"));
      }
      case FORCE ->
          client.updateService(u -> u.cluster("shop").service("web").forceNewDeployment(true));
      case SCALE ->
          client.updateService(u -> u.cluster("shop").service("web").desiredCount(action.count()));
      case KILL_ONE ->
          client.listTasks(l -> l.cluster("shop")).taskArns().stream()
              .findFirst()
              .ifPresent(arn -> client.stopTask(s -> s.cluster("shop").task(arn)));
    }
  }

  private static Service describe(EcsClient client) {
    return client.describeServices(d -> d.cluster("shop").services("web")).services().getFirst();
  }
}

package io.ecsoperator.operator.convergence;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.localecs.LocalEcsOptions;
import io.ecsoperator.localecs.calls.Call;
import io.ecsoperator.localecs.script.ContainerScript;
import io.ecsoperator.localecs.world.WorldClock;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.kinds.service.ServiceKind;
import io.ecsoperator.operator.status.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rollouts in virtual time, with the default settings of the operator. */
class RolloutTimeTest {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final String BODY =
      "{'family':'web','networkMode':'awsvpc','requiresCompatibilities':['FARGATE'],"
          + "'cpu':'256','memory':'512','containerDefinitions':[{'name':'app','image':'app:%s'}]}";
  private static final String COMMON =
      "'cluster':'main','desiredCount':2,'networkConfiguration':{'awsvpcConfiguration':"
          + "{'subnets':['subnet-1']}}";
  private static final String BREAKER =
      COMMON
          + ",'launchType':'FARGATE','deploymentConfiguration':"
          + "{'deploymentCircuitBreaker':{'enable':true,'rollback':true}}";

  private LocalEcs local;
  private SimulatedObject<EcsService, EcsServiceStatus> service;

  @BeforeEach
  void start() {
    local = LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
    service =
        new SimulatedObject<>(local, () -> new ServiceKind(TestKinds.dependencies(new Objects())));
    service.outside(
        "CreateCluster", "{'clusterName':'main','capacityProviders':['FARGATE','FARGATE_SPOT']}");
    for (String image : List.of("1", "2")) {
      service.outside("RegisterTaskDefinition", BODY.formatted(image));
    }
  }

  @AfterEach
  void stop() {
    service.close();
    local.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"exited with 3", "CannotPullContainerError: no such image"})
  void aRollbackIsReportedWithItsCauseWithinFiveSeconds(String cause) {
    local
        .scripts()
        .forImage(
            "app:2",
            cause.startsWith("exited")
                ? ContainerScript.ends(Duration.ofSeconds(1), 3)
                : ContainerScript.cannotBePulled(cause));
    Wanted first = Wanted.service("{" + BREAKER + ",'taskDefinition':'web:1'}");
    service.converge(first);
    Wanted second = first.changedTo("{" + BREAKER + ",'taskDefinition':'web:2'}");

    untilStalled(second);

    assertThat(Instant.parse(stalled().get().lastTransitionTime()))
        .isBefore(rolledBackAt().plus(SOON).plusSeconds(1));
    assertThat(stalled().get().reason()).isEqualTo("DeploymentRolledBack");
    assertThat(stalled().get().message()).contains("web:2", "app:2", cause);
  }

  @ParameterizedTest
  @EnumSource(
      value = InjectedFault.class,
      names = {"THROTTLED", "NOT_ARRIVED", "CRASH_BEFORE", "ANSWER_LOST", "CRASH_AFTER"})
  void aFixIsRolledOutAfterARollbackAlthoughItsFirstCallFails(InjectedFault fault) {
    local.scripts().forImage("app:2", ContainerScript.ends(Duration.ofSeconds(1), 3));
    Wanted first = Wanted.service("{" + BREAKER + ",'taskDefinition':'web:1'}");
    service.converge(first);
    Wanted bad = first.changedTo("{" + BREAKER + ",'taskDefinition':'web:2'}");
    untilStalled(bad);
    service.outside("RegisterTaskDefinition", BODY.formatted("3"));
    Wanted fix = bad.changedTo("{" + BREAKER + ",'taskDefinition':'web:3'}");

    service.injectFaults(List.of(fault), List.of());
    service.reconcile(fix, SOON);
    service.converge(fix);

    assertThat(stalled()).isEmpty();
    assertThat(shown("/taskDefinition")).endsWith("web:3");
  }

  @Test
  void aRedeploymentThatEcsRollsBackIsStalled() {
    Wanted wanted = Wanted.service("{" + BREAKER + ",'taskDefinition':'web:1'}");
    service.converge(wanted);
    local.scripts().forImage("app:1", ContainerScript.ends(Duration.ofSeconds(1), 3));
    Wanted redeployed = wanted.annotated("redeploy-requested-at", "noon");

    untilStalled(redeployed);
    for (int i = 0; i < 20; i++) {
      service.reconcile(redeployed, SOON);
    }

    assertThat(stalled().map(Condition::reason)).contains("DeploymentRolledBack");
    assertThat(updates()).isEqualTo(1);
  }

  private void untilStalled(Wanted wanted) {
    Instant before = service.now();
    while (stalled().isEmpty()) {
      assertThat(Duration.between(before, service.now())).isLessThan(Duration.ofMinutes(30));
      // A new operator reads ECS each time, as the cache does during a rollout.
      service.start();
      service.reconcile(wanted, SOON);
    }
  }

  private Optional<Condition> stalled() {
    return Conditions.find(service.status().common().conditions(), "Stalled")
        .filter(condition -> condition.status().equals("True"));
  }

  private Instant rolledBackAt() {
    String newest =
        service
            .read("ListServiceDeployments", "{'cluster':'main','service':'web'}")
            .at("/serviceDeployments/0/serviceDeploymentArn")
            .asText();
    double startedAt =
        service
            .read("DescribeServiceDeployments", "{'serviceDeploymentArns':['" + newest + "']}")
            .at("/serviceDeployments/0/rollback/startedAt")
            .asDouble();
    return Instant.ofEpochMilli(Math.round(startedAt * 1000));
  }

  @Test
  void aServiceMovesBetweenLaunchTypeAndStrategyWithOneDeploymentEach() {
    String strategy =
        ",'capacityProviderStrategy':[{'capacityProvider':'FARGATE_SPOT','weight':1}]";
    Wanted wanted = Wanted.service(service(",'launchType':'FARGATE'"));
    service.converge(wanted);

    wanted = movedTo(wanted, strategy);
    assertThat(shown("/capacityProviderStrategy/0/capacityProvider")).isEqualTo("FARGATE_SPOT");
    wanted = movedTo(wanted, ",'launchType':'FARGATE'");
    assertThat(shown("/launchType")).isEqualTo("FARGATE");
    wanted = movedTo(wanted, strategy);
    movedTo(wanted, "");
    assertThat(shown("/launchType") + shown("/capacityProviderStrategy/0/capacityProvider"))
        .isNotEmpty();
  }

  private Wanted movedTo(Wanted before, String placement) {
    int calls = updates();
    Wanted after = before.changedTo(service(placement));
    service.converge(after);
    assertThat(updates() - calls).isLessThanOrEqualTo(1);
    return after;
  }

  private int updates() {
    return (int) local.calls().of("UpdateService").stream().filter(Call::succeeded).count();
  }

  private String shown(String pointer) {
    return service
        .read("DescribeServices", "{'cluster':'main','services':['web']}")
        .at("/services/0" + pointer)
        .asText();
  }

  private static String service(String placement) {
    return "{" + COMMON + ",'taskDefinition':'web:1'" + placement + "}";
  }
}

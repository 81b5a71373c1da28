package io.ecsoperator.operator.kinds.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.PlanStatus;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.operator.FakeReader;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.engine.ReconcileContext;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceObserverTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Wanted SERVICE =
      Wanted.service("{'clusterRef':{'name':'main'},'taskDefinitionRef':{'name':'web'}}");

  private final FakeReader reader = new FakeReader();
  private final ServiceKind kind =
      new ServiceKind(
          TestKinds.dependencies(
              new Objects().with(cluster()).with(Wanted.taskDefinition("{}").object())));

  @Test
  void aNewServiceThatWaitsForItsDefinitionIsNotRead() {
    assertThat(kind.observer().observe(context(true), reader).service()).isEmpty();

    assertThat(reader.reads()).isEmpty();
  }

  @Test
  void aServiceThatMayHaveBeenCreatedIsReadWhileItWaits() {
    kind.observer().observe(context(false), reader);

    assertThat(reader.reads()).containsExactly("web");
  }

  @ParameterizedTest
  @CsvSource({"Manage, false", "Plan, true"})
  void aNewServiceThatWaitsForTheSuccessOfATaskIsReadToPlanIt(String policy, boolean read) {
    Wanted service =
        Wanted.service(
            "{'cluster':'main','taskDefinition':'web:1',"
                + "'dependsOn':[{'kind':'EcsTask','name':'migrate'}],'managementPolicy':'"
                + policy
                + "'}");

    assertThat(kind.observer().observe(context(service, true), reader).service().isPresent())
        .isEqualTo(read);
  }

  /** ECS refuses a read in a cluster that it does not have. */
  @Test
  void aServiceThatIsPlannedInAPlannedClusterIsAbsentWithoutARead() {
    EcsCluster planned = (EcsCluster) Wanted.cluster("{}").named("main").object();
    CommonStatus common =
        new CommonStatus(
            1L, null, null, null, null, new PlanStatus(List.of(), null), null, null, null);
    planned.setStatus(new EcsClusterStatus(common, null, null, null));
    ServiceKind inPlannedCluster =
        new ServiceKind(TestKinds.dependencies(new Objects().with(planned)));
    Wanted service =
        Wanted.service(
            "{'clusterRef':{'name':'main'},'taskDefinition':'web:1','managementPolicy':'Plan'}");

    ServiceObservation observation =
        inPlannedCluster.observer().observe(context(service, true), reader);

    assertThat(observation.service()).contains(new Observation.Absent());
    assertThat(observation.references().cluster()).isEqualTo("main");
    assertThat(reader.reads()).isEmpty();
  }

  private ReconcileContext<EcsServiceStatus> context(boolean firstReconcile) {
    return context(SERVICE, firstReconcile);
  }

  private ReconcileContext<EcsServiceStatus> context(Wanted service, boolean firstReconcile) {
    EcsServiceStatus status = kind.emptyStatus();
    return new ReconcileContext<>(
        service.desired(), status, status, firstReconcile, true, EcsReader.Freshness.ANY, NOW);
  }

  private static EcsCluster cluster() {
    EcsCluster cluster = (EcsCluster) Wanted.cluster("{}").named("main").object();
    cluster.setStatus(
        new EcsClusterStatus(
            CommonStatus.unknown()
                .withArn("arn:aws:ecs:us-east-1:1:cluster/main")
                .withEffectiveGeneration(1L),
            "ACTIVE",
            "main",
            null));
    return cluster;
  }
}

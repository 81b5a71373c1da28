package io.ecsoperator.operator.convergence;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.localecs.LocalEcsOptions;
import io.ecsoperator.localecs.world.WorldClock;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.config.AdoptionSettings;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.kinds.cluster.ClusterKind;
import io.ecsoperator.operator.kinds.service.ServiceKind;
import io.ecsoperator.operator.status.Conditions;
import java.time.Duration;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A second manager sets fields of converged resources every few seconds, for an hour. */
class SecondManagerTest {
  private static final Timing TIMING = TestKinds.TIMING;
  private static final Kind.Dependencies DEPENDENCIES =
      new Kind.Dependencies(
          new Objects(), new Ownership(new Owner("k8s"), AdoptionSettings.ALL_UNTAGGED), TIMING);

  private final LocalEcs local =
      LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));

  private int writesOfTheOperator;

  @AfterEach
  void stop() {
    local.close();
  }

  @Test
  void settingsAndTagsOfAClusterAreWrittenAFewTimesAndReportedWithBothValues() {
    try (SimulatedObject<EcsCluster, EcsClusterStatus> cluster =
        new SimulatedObject<>(local, () -> new ClusterKind(DEPENDENCIES))) {
      Wanted wanted =
          Wanted.cluster(
              "{'settings':[{'name':'containerInsights','value':'enabled'}],"
                  + "'tags':[{'key':'team','value':'ours'}]}");
      cluster.converge(wanted);
      String arn = cluster.status().common().arn();

      anHourOf(
          cluster,
          wanted,
          turn -> {
            cluster.outside(
                "UpdateClusterSettings",
                "{'cluster':'web','settings':[{'name':'containerInsights','value':'disabled'}]}");
            cluster.outside(
                "TagResource",
                "{'resourceArn':'" + arn + "','tags':[{'key':'team','value':'theirs'}]}");
          });

      assertThat(writesOfTheOperator).isLessThan(40);
      assertThat(stalled(cluster.status()).reason()).isEqualTo("ManagementConflict");
      assertThat(stalled(cluster.status()).message())
          .contains("settings[containerInsights]")
          .contains("\"enabled\"")
          .contains("\"disabled\"")
          .contains("tags[team] (wanted: \"ours\", shown: \"theirs\")");
    }
  }

  @Test
  void eightFieldsOfAServiceAreWrittenAFewTimesAndReportedWithBothValues() {
    try (SimulatedObject<EcsService, EcsServiceStatus> service =
        new SimulatedObject<>(local, () -> new ServiceKind(DEPENDENCIES))) {
      service.outside("CreateCluster", "{'clusterName':'main'}");
      service.outside(
          "RegisterTaskDefinition",
          "{'family':'web','networkMode':'awsvpc','requiresCompatibilities':['FARGATE'],"
              + "'cpu':'256','memory':'512','containerDefinitions':[{'name':'app','image':'app:1'}]}");
      Wanted wanted =
          Wanted.service(
              "{'cluster':'main','taskDefinition':'web:1','desiredCount':2,'launchType':'FARGATE',"
                  + "'networkConfiguration':{'awsvpcConfiguration':{'subnets':['subnet-1']}},"
                  + "'enableExecuteCommand':true,'enableECSManagedTags':true,"
                  + "'propagateTags':'SERVICE','availabilityZoneRebalancing':'ENABLED',"
                  + "'deploymentConfiguration':{'maximumPercent':150,'minimumHealthyPercent':50},"
                  + "'tags':[{'key':'team','value':'ours'}]}");
      service.converge(wanted);
      String arn = service.status().common().arn();

      anHourOf(
          service,
          wanted,
          turn -> {
            service.outside(
                "UpdateService",
                "{'cluster':'main','service':'web','desiredCount':"
                    + (3 + turn % 2)
                    + ",'enableExecuteCommand':false,'enableECSManagedTags':false,"
                    + "'propagateTags':'NONE','availabilityZoneRebalancing':'DISABLED',"
                    + "'deploymentConfiguration':{'maximumPercent':200,"
                    + "'minimumHealthyPercent':100}}");
            service.outside(
                "TagResource",
                "{'resourceArn':'" + arn + "','tags':[{'key':'team','value':'theirs'}]}");
          });

      assertThat(writesOfTheOperator).isLessThan(100);
      assertThat(stalled(service.status()).reason()).isEqualTo("ManagementConflict");
      assertThat(stalled(service.status()).message())
          .contains(
              "desiredCount (wanted: 2, shown: ",
              "enableExecuteCommand (wanted: true, shown: false)",
              "enableECSManagedTags (wanted: true, shown: false)",
              "propagateTags (wanted: \"SERVICE\", shown: \"NONE\")",
              "availabilityZoneRebalancing (wanted: \"ENABLED\", shown: \"DISABLED\")",
              "deploymentConfiguration.maximumPercent (wanted: 150, shown: 200)",
              "deploymentConfiguration.minimumHealthyPercent (wanted: 50, shown: 100)",
              "tags[team] (wanted: \"ours\", shown: \"theirs\")");
    }
  }

  /** Every five seconds; the operator starts anew each time, so that it reads ECS each time. */
  private void anHourOf(SimulatedObject<?, ?> object, Wanted wanted, IntConsumer others) {
    for (int turn = 0; turn < 720; turn++) {
      others.accept(turn);
      object.start();
      int before = writes();
      object.reconcile(wanted, Duration.ofSeconds(5));
      writesOfTheOperator += writes() - before;
    }
  }

  private int writes() {
    return local.calls().writes().size();
  }

  private static Condition stalled(EcsStatus status) {
    return Conditions.find(status.common().conditions(), "Stalled").orElseThrow();
  }
}

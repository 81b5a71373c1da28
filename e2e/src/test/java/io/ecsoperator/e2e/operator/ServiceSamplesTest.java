package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.Manifests.sample;
import static io.ecsoperator.e2e.operator.ObjectRef.capacityProvider;
import static io.ecsoperator.e2e.operator.ObjectRef.cluster;
import static io.ecsoperator.e2e.operator.ObjectRef.service;
import static io.ecsoperator.e2e.operator.ObjectRef.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.controlplane.junit.Await;
import io.ecsoperator.localecs.calls.Call;
import io.ecsoperator.localecs.script.ContainerScript;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.Service;

@WithOperator
class ServiceSamplesTest {

  @BeforeEach
  void applyTaskDefinitions(TestBed bed) {
    bed.apply(Manifests.folder("task-definitions"));
  }

  @Test
  void aHorizontalPodAutoscalerSetsTheCountOfTheScaledService(TestBed bed) {
    bed.apply(sample("services/cluster.yaml"), sample("services/scaled-from-kubernetes.yaml"));
    bed.awaitReady(service("storefront"));

    // The autoscaler's minimum, which it applies even without metrics.
    Await.until(
        () -> described(bed, "shop", "storefront").desiredCount() == 2,
        () -> bed.kubectl("describe", "hpa", "storefront"));
    assertThat(bed.ecs().calls().of("UpdateService"))
        .extracting(Call::request)
        .allSatisfy(
            request ->
                assertThat(request.propertyStream().map(Map.Entry::getKey))
                    .containsExactlyInAnyOrder("cluster", "service", "desiredCount"));
  }

  /** KEDA is not here: kubectl sets the count by the same subresource. */
  @Test
  void theServiceForKedaIsScaledByItsScaleSubresource(TestBed bed) {
    String service = sample("services/scaled-by-keda.yaml").split("(?m)^---$")[0];
    bed.apply(sample("services/cluster.yaml"), service);
    bed.awaitReady(service("order-worker"));

    for (int count : List.of(3, 0)) {
      bed.kubectl("scale", "ecssvc/order-worker", "--replicas=" + count);
      Await.until(
          () -> described(bed, "shop", "order-worker").desiredCount() == count,
          () -> bed.kubectl("describe", "ecssvc/order-worker"));
    }
    bed.awaitReady(service("order-worker"));
  }

  @Test
  void aDaemonServiceIsReadyWithoutACount(TestBed bed) {
    bed.apply(sample("services/cluster.yaml"), sample("services/daemon.yaml"));

    bed.awaitReady(service("node-agent"));
  }

  @Test
  void samplesEndInTheStateThatTheyShow(TestBed bed) {
    bed.apply(
        sample("services/cluster.yaml"),
        sample("services/rolling-with-breaker.yaml"),
        sample("services/blue-green-with-pause.yaml"),
        sample("services/canary.yaml"),
        sample("services/ec2-placement.yaml"),
        sample("services/service-connect.yaml"),
        sample("services/autoscaled-by-aws.yaml"),
        sample("services/plan-only.yaml"),
        sample("services/image-by-ci.yaml"),
        sample("namespaces/dev.yaml"));

    bed.awaitReconciling(service("basket"), "WaitingForAction");
    bed.awaitReady(
        service("api"),
        service("suggestions"),
        capacityProvider("memory-optimised"),
        cluster("caches"),
        service("cache"),
        service("prices"),
        service("market-web"),
        service("feed"),
        service("blog"),
        service("invoices"));
    assertThat(described(bed, "shop", "feed").desiredCount()).isEqualTo(1);
    assertThat(described(bed, "accounts-dev", "invoices-dev").runningCount()).isEqualTo(1);
    bed.awaitTrue(service("newsletter"), "Planned", "ChangesPending");
  }

  @Test
  void theSamplesOfTwoNamespacesDoNotShareResources(TestBed bed) {
    bed.aws().createCluster(create -> create.clusterName("accounts-dev"));

    bed.apply(sample("namespaces/prod.yaml"));

    bed.awaitReady(service("invoices"));
    assertThat(described(bed, "accounts-prod", "invoices-prod").runningCount()).isEqualTo(3);
  }

  @Test
  void theReleaseOfTheGitOpsSampleBecomesReady(TestBed bed) {
    bed.ecs()
        .scripts()
        .forImage(
            "public.ecr.aws/docker/library/busybox:1.37",
            ContainerScript.ends(Duration.ofSeconds(10), 0));
    bed.apply(
        sample("gitops/cluster.yaml"), sample("gitops/migrate.yaml"), sample("gitops/web.yaml"));

    bed.awaitReady(cluster("orders"), service("orders"), task("orders-migrate"));
  }

  @Test
  void aServiceOnSpotRunsInAClusterThatAllowsIt(TestBed bed) {
    bed.apply(sample("services/fargate-spot.yaml"));

    bed.awaitReady(cluster("workers"), service("thumbnailer"));
    assertThat(described(bed, "workers", "thumbnailer").runningCount()).isEqualTo(6);
  }

  @Test
  void aRolloutWaitsForTheMigrationOfItsRelease(TestBed bed) {
    migrationEnds(bed, "1.0", 0);
    migrationEnds(bed, "1.1", 3);
    migrationEnds(bed, "1.2", 0);
    bed.apply(release("1.0", "1-0"));
    bed.awaitReady(service("billing"), task("billing-migrate-1-0"));
    assertThat(writesBut(bed, "RegisterTaskDefinition", 0))
        .containsExactly("CreateCluster", "RunTask", "CreateService");
    long before = bed.ecs().calls().lastSequence();

    bed.apply(release("1.1", "1-1"));
    bed.awaitStalled(service("billing"), "Failed");
    assertThat(bed.message(service("billing"), "Stalled")).contains("EcsTask billing-migrate-1-1");
    assertThat(writesBut(bed, "RegisterTaskDefinition", before)).containsExactly("RunTask");

    bed.apply(reversed(release("1.2", "1-2")));
    bed.awaitReady(service("billing"));
    assertThat(writesBut(bed, "RegisterTaskDefinition", before))
        .containsExactly("RunTask", "RunTask", "UpdateService");

    bed.kubectl("delete", "ecstask,ecssvc,ecsc", "--all");
    assertThat(bed.find(service("billing"))).isEmpty();
  }

  private static String reversed(String manifest) {
    List<String> objects = Arrays.asList(manifest.split("(?m)^---$"));
    Collections.reverse(objects);
    return String.join("\n---\n", objects);
  }

  private static void migrationEnds(TestBed bed, String version, int exitCode) {
    bed.ecs()
        .scripts()
        .forImage(
            "registry.example.com/billing-migrations:" + version,
            ContainerScript.ends(Duration.ofSeconds(2), exitCode));
  }

  private static String release(String version, String suffix) {
    return sample("services/migration-before-rollout.yaml")
        .replace(":1.0", ":" + version)
        .replace("-1-0", "-" + suffix);
  }

  private static List<String> writesBut(TestBed bed, String operation, long since) {
    return bed.writesSince(since).stream()
        .map(Call::operation)
        .filter(call -> !call.equals(operation))
        .toList();
  }

  @Test
  void anAdoptedServiceKeepsItsRevisionAndCountAndOutlivesTheObject(TestBed bed) {
    createInEcs(bed, "production", "shop", 4);
    String revision = described(bed, "production", "shop").taskDefinition();
    long before = bed.ecs().calls().lastSequence();

    bed.apply(sample("services/adopt-existing.yaml"));
    bed.awaitReady(service("legacy-shop"));
    bed.kubectl("delete", "ecssvc", "legacy-shop");

    Service shop = described(bed, "production", "shop");
    assertThat(shop.status()).isEqualTo("ACTIVE");
    assertThat(shop.desiredCount()).isEqualTo(4);
    assertThat(shop.taskDefinition()).isEqualTo(revision);
    assertThat(bed.writesSince(before))
        .filteredOn(call -> !call.operation().equals("RegisterTaskDefinition"))
        .extracting(Call::operation)
        .containsExactly("TagResource", "UntagResource");
  }

  @Test
  void anObservedServiceIsNeverWritten(TestBed bed) {
    createInEcs(bed, "partners", "gateway", 1);

    bed.apply(sample("services/observe-only.yaml"));
    bed.awaitObject(
        service("partner-gateway"), "Observed", found -> Conditions.isTrue(found, "Observed"));

    assertThat(bed.ecs().calls().writes())
        .filteredOn(call -> call.request().toString().contains(TestBed.OWNER))
        .extracting(Call::operation)
        .containsOnly("RegisterTaskDefinition");
    assertThat(Conditions.isTrue(bed.get(service("partner-gateway")), "Drifted")).isTrue();
  }

  /** Creates a service and a task definition of the same name without the operator. */
  private static void createInEcs(TestBed bed, String cluster, String service, int count) {
    bed.aws().createCluster(create -> create.clusterName(cluster));
    bed.aws()
        .registerTaskDefinition(
            register ->
                register
                    .family(service)
                    .networkMode(NetworkMode.AWSVPC)
                    .cpu("256")
                    .memory("512")
                    .containerDefinitions(
                        ContainerDefinition.builder().name("app").image("app:1").build()));
    bed.aws()
        .createService(
            create ->
                create
                    .cluster(cluster)
                    .serviceName(service)
                    .taskDefinition(service)
                    .launchType(LaunchType.FARGATE)
                    .desiredCount(count)
                    .networkConfiguration(
                        network ->
                            network.awsvpcConfiguration(
                                vpc ->
                                    vpc.subnets(
                                            "subnet-0123456789abcdef1", "subnet-0123456789abcdef0")
                                        .securityGroups("sg-0123456789abcdef0")))
                    .enableExecuteCommand(true));
  }

  private static Service described(TestBed bed, String cluster, String service) {
    List<Service> services =
        bed.aws()
            .describeServices(describe -> describe.cluster(cluster).services(service))
            .services();
    return services.getFirst();
  }
}

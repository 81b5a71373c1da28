package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.ObjectRef.cluster;
import static io.ecsoperator.e2e.operator.ObjectRef.service;
import static io.ecsoperator.e2e.operator.ObjectRef.taskDefinition;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.controlplane.junit.Await;
import io.ecsoperator.localecs.calls.Call;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.ClusterField;
import software.amazon.awssdk.services.ecs.model.ClusterSetting;
import software.amazon.awssdk.services.ecs.model.ClusterSettingName;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.ServiceField;
import software.amazon.awssdk.services.ecs.model.Tag;

/** Another client changes ECS, or a field leaves the spec. */
@WithOperator
class DriftTest {

  @Test
  void aChangedCountIsCorrected(TestBed bed) {
    running(bed, "desiredCount: 2");

    bed.aws().updateService(u -> u.cluster("demo").service("app").desiredCount(0));

    awaitService(bed, service -> service.desiredCount() == 2 && service.runningCount() == 2);
    bed.awaitReady(service("app"));
  }

  @Test
  void aRemovedTagIsRestored(TestBed bed) {
    running(bed, "desiredCount: 1", "tags: [{key: team, value: shop}]");
    Tag team = Tag.builder().key("team").value("shop").build();
    String arn = bed.get(service("app")).getStatus().common().arn();
    assertThat(describeService(bed).tags()).contains(team);

    bed.aws().untagResource(u -> u.resourceArn(arn).tagKeys("team", "ecs-operator.io/owner"));

    awaitService(
        bed,
        service ->
            service.tags().contains(team)
                && service.tags().stream()
                    .anyMatch(tag -> tag.value().equals(bed.ownerTag(service("app")))));
  }

  @Test
  void aDeletedServiceIsCreatedAgain(TestBed bed) {
    running(bed, "desiredCount: 1");
    long before = bed.ecs().calls().lastSequence();

    bed.aws().deleteService(d -> d.cluster("demo").service("app").force(true));

    Await.until(
        "the service is created again",
        () -> bed.writesSince(before).stream().anyMatch(isCreate("CreateService")));
    bed.awaitReady(service("app"));
    assertThat(describeService(bed).status()).isEqualTo("ACTIVE");
    assertThat(bed.writesSince(before)).filteredOn(isCreate("CreateService")).hasSize(1);
  }

  @Test
  void aDeletedClusterIsCreatedAgain(TestBed bed) {
    bed.apply(Manifests.cluster("demo"));
    bed.awaitReady(cluster("demo"));

    bed.aws().deleteCluster(d -> d.cluster("demo"));

    Await.until(
        "the cluster is active again", () -> describeCluster(bed).status().equals("ACTIVE"));
  }

  @Test
  void aDeregisteredRevisionIsRegisteredAgainAndRolledOut(TestBed bed) {
    running(bed, "desiredCount: 1");
    String first = bed.get(taskDefinition("app")).getStatus().common().arn();

    bed.aws().deregisterTaskDefinition(d -> d.taskDefinition(first));

    bed.awaitObject(
        service("app"),
        "Ready with app:2",
        found ->
            Conditions.isTrue(found, "Ready")
                && found.getStatus().observed().taskDefinition().endsWith("/app:2"));
    bed.awaitReady(taskDefinition("app"));
  }

  @Test
  void aChangedClusterSettingIsCorrected(TestBed bed) {
    bed.apply(Manifests.cluster("demo", "settings: [{name: containerInsights, value: enabled}]"));
    bed.awaitReady(cluster("demo"));

    bed.aws().updateClusterSettings(u -> u.cluster("demo").settings(containerInsights("disabled")));

    Await.until(
        "containerInsights is enabled again",
        () -> describeCluster(bed).settings().contains(containerInsights("enabled")));
  }

  @Test
  void aFieldThatLeavesTheSpecIsReset(TestBed bed) {
    running(
        bed, "desiredCount: 1", "enableExecuteCommand: true", "tags: [{key: team, value: shop}]");
    assertThat(describeService(bed).enableExecuteCommand()).isTrue();

    bed.apply(Manifests.service("app", "demo", "app", "desiredCount: 1"));

    bed.awaitReady(service("app"));
    Service reset = describeService(bed);
    assertThat(reset.enableExecuteCommand()).isFalse();
    assertThat(reset.tags()).extracting(Tag::key).containsExactly("ecs-operator.io/owner");
  }

  @Test
  void anIgnoredFieldIsNotChangedAfterCreation(TestBed bed) {
    running(bed, "desiredCount: 1", "ignoreFields: [desiredCount]");
    long before = bed.ecs().calls().lastSequence();

    bed.aws().updateService(u -> u.cluster("demo").service("app").desiredCount(3));
    bed.patchSpec(service("app"), "enableExecuteCommand: true");

    bed.awaitReady(service("app"));
    assertThat(describeService(bed).desiredCount()).isEqualTo(3);
    assertThat(bed.writesSince(before))
        .last()
        .satisfies(
            call -> {
              assertThat(call.operation()).isEqualTo("UpdateService");
              assertThat(call.request().has("enableExecuteCommand")).isTrue();
              assertThat(call.request().has("desiredCount")).isFalse();
            });
  }

  @Test
  void aFieldThatWasNeverInTheSpecIsNotChanged(TestBed bed) {
    running(bed, "desiredCount: 1");
    long before = bed.ecs().calls().lastSequence();

    bed.aws().updateService(u -> u.cluster("demo").service("app").enableECSManagedTags(true));
    bed.aws()
        .tagResource(
            t ->
                t.resourceArn(describeService(bed).serviceArn())
                    .tags(Tag.builder().key("cost-center").value("42").build()));
    bed.awaitResync();

    assertThat(bed.writesSince(before))
        .extracting(Call::operation)
        .containsExactly("UpdateService", "TagResource");
    assertThat(describeService(bed).enableECSManagedTags()).isTrue();
  }

  private static void running(TestBed bed, String... spec) {
    bed.apply(
        Manifests.cluster("demo"),
        Manifests.taskDefinition("app", "example.com/app:1"),
        Manifests.service("app", "demo", "app", spec));
    bed.awaitReady(cluster("demo"), taskDefinition("app"), service("app"));
  }

  private static void awaitService(TestBed bed, Predicate<Service> condition) {
    Await.until(
        () -> condition.test(describeService(bed)),
        () -> "the service matches its spec; it is " + describeService(bed));
  }

  private static Service describeService(TestBed bed) {
    return bed.aws()
        .describeServices(d -> d.cluster("demo").services("app").include(ServiceField.TAGS))
        .services()
        .getFirst();
  }

  private static Cluster describeCluster(TestBed bed) {
    return bed.aws()
        .describeClusters(d -> d.clusters("demo").include(ClusterField.SETTINGS))
        .clusters()
        .getFirst();
  }

  private static ClusterSetting containerInsights(String value) {
    return ClusterSetting.builder()
        .name(ClusterSettingName.CONTAINER_INSIGHTS)
        .value(value)
        .build();
  }

  private static Predicate<Call> isCreate(String operation) {
    return call -> call.operation().equals(operation) && call.succeeded();
  }
}

package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.ObjectRef.cluster;
import static io.ecsoperator.e2e.operator.ObjectRef.service;
import static io.ecsoperator.e2e.operator.ObjectRef.taskDefinition;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.controlplane.junit.Await;
import io.ecsoperator.crds.EcsResource;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.Service;

/** kubectl commands and their output while the operator runs. */
@WithOperator
class KubectlTest {
  private TestBed bed;

  @BeforeEach
  void prepare(TestBed bed) {
    this.bed = bed;
    bed.apply(Manifests.cluster("demo"), Manifests.taskDefinition("app", "example.com/app:1"));
  }

  @Test
  void anObjectThatIsCreatedAgainAsSoonAsItIsDeletedIsReconciled() {
    String observed = Manifests.cluster("seen", "managementPolicy: Observe");
    bed.apply(observed);
    for (int i = 0; i < 20; i++) {
      bed.awaitObject(
          cluster("seen"),
          "reconciled",
          found -> Conditions.condition(found, "Observed").isPresent());
      bed.kubernetes().resource(bed.get(cluster("seen"))).delete();
      bed.kubernetes().resource(observed).inNamespace(bed.namespace()).create();
    }
    bed.awaitObject(
        cluster("seen"),
        "reconciled",
        found -> Conditions.condition(found, "Observed").isPresent());
  }

  @Test
  void scaleSetsTheCount() {
    apply(app("scale: {}"));
    bed.awaitReady(service("app"));
    assertThat(inEcs().desiredCount()).isEqualTo(1);

    awaitFilledIn(1);
    bed.kubectl("scale", "ecssvc/app", "--replicas=3");

    bed.awaitReady(service("app"));
    assertThat(inEcs().runningCount()).isEqualTo(3);
    apply(app("scale: {}"));
    bed.reconcile(service("app"));
    assertThat(inEcs().desiredCount()).isEqualTo(3);
    assertThat(bed.kubectl("get", "ecssvc/app", "--subresource=scale", "-o", "yaml"))
        .contains("replicas: 3", "selector: ecs-operator.io/service-uid=");
  }

  @Test
  void aCountThatIsHandedToKubernetesStaysAsItIs() {
    apply(app("desiredCount: 4"));
    bed.awaitReady(service("app"));
    long before = bed.ecs().calls().lastSequence();

    apply(app("scale: {}"));
    awaitFilledIn(4);
    apply(app("scale: {}"));
    bed.reconcile(service("app"));

    assertThat(replicas(bed.get(service("app")))).isEqualTo(4);
    assertThat(bed.writesSince(before)).isEmpty();

    // The operator is no field manager of the count, so GitOps may set and remove it.
    apply(app("scale: {replicas: 3}"));
    bed.awaitReady(service("app"));
    assertThat(inEcs().desiredCount()).isEqualTo(3);
    apply(app("scale: {}"));
    bed.reconcile(service("app"));
    assertThat(inEcs().desiredCount()).isEqualTo(3);
    // A server-side apply that takes the last member out leaves null behind, until the next one.
    apply(app("scale: {}"));
    awaitFilledIn(3);
    apply(app("desiredCount: 2"));
    bed.awaitReady(service("app"));
    assertThat(inEcs().desiredCount()).isEqualTo(2);
  }

  /** Waits until the operator has filled in the count, and is no field manager of it any more. */
  private void awaitFilledIn(int count) {
    bed.awaitObject(
        service("app"),
        "replicas",
        found ->
            replicas(found) == count
                && found.getMetadata().getManagedFields().stream()
                    .noneMatch(entry -> entry.getManager().equals("ecs-operator-filled-in")));
  }

  private static int replicas(EcsResource<?> found) {
    return found.getSpec().at("/scale/replicas").asInt(-1);
  }

  @Test
  void aCountThatIsNotInTheSpecIsNotManaged() {
    apply(app());
    bed.awaitReady(service("app"));
    assertThat(inEcs().desiredCount()).isEqualTo(1);
    bed.aws().updateService(u -> u.cluster("demo").service("app").desiredCount(4));
    long before = bed.ecs().calls().lastSequence();

    try (var history = History.of(bed, service("app"))) {
      bed.awaitObject(
          service("app"), "of 4 tasks", found -> found.getStatus().observed().runningCount() == 4);

      assertThat(history.versions()).allMatch(version -> Conditions.isTrue(version, "Ready"));
    }
    assertThat(inEcs().desiredCount()).isEqualTo(4);
    assertThat(bed.writesSince(before)).isEmpty();
  }

  @Test
  void aCountThatLeavesTheSpecIsReleased() {
    apply(app("desiredCount: 2"));
    bed.awaitReady(service("app"));
    long before = bed.ecs().calls().lastSequence();

    apply(app());

    bed.awaitReady(service("app"));
    assertThat(bed.writesSince(before)).isEmpty();
    bed.aws().updateService(u -> u.cluster("demo").service("app").desiredCount(5));
    bed.reconcile(service("app"));
    assertThat(inEcs().desiredCount()).isEqualTo(5);
  }

  @Test
  void waitEndsWhenTheServiceIsReady() {
    apply(app("desiredCount: 2"));

    bed.kubectl("wait", "--for=condition=Ready", "ecssvc/app", "--timeout=100s");

    assertThat(inEcs().runningCount()).isEqualTo(2);
  }

  @Test
  void getShowsALinePerObject() {
    apply(app("desiredCount: 2"));
    bed.awaitReady(cluster("demo"), taskDefinition("app"), service("app"));

    List<List<String>> lines =
        bed.kubectl("get", "ecs", "--no-headers")
            .lines()
            .filter(line -> !line.isBlank())
            .map(line -> List.of(line.split("\\s+")))
            .toList();

    assertThat(lines)
        .anySatisfy(line -> assertThat(line).startsWith("ecscluster.ecs-operator.io/demo", "True"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("ecstaskdefinition.ecs-operator.io/app", "True")
                    .contains("1"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("ecsservice.ecs-operator.io/app", "True", "Reconciled", "2/2"));
    assertThat(bed.kubectl("get", "ecssvc", "-o", "wide"))
        .contains("arn:aws:ecs:us-east-1:123456789012:service/demo/app", "app:1");
  }

  @Test
  void describeShowsTheCallsAsEvents() {
    apply(app("desiredCount: 1"));
    bed.awaitReady(service("app"));
    bed.patchSpec(service("app"), "desiredCount: 2");

    Await.until(
        "the events of the service exist",
        () -> eventReasons("EcsService").containsAll(Set.of("Created", "Updated", "Reconciled")));
    assertThat(bed.kubectl("describe", "ecssvc/app"))
        .contains("CreateService", "UpdateService: desiredCount", "ecs-operator");
  }

  @Test
  void aStalledObjectGetsAWarningEvent() {
    bed.aws().createCluster(c -> c.clusterName("taken"));
    bed.apply(Manifests.cluster("taken"));
    bed.awaitStalled(cluster("taken"), "NotOwned");

    Await.until(
        "the warning exists",
        () ->
            bed.kubectl("get", "events", "--field-selector=type=Warning", "-o", "name")
                    .lines()
                    .count()
                == 1);
    assertThat(
            bed.kubectl(
                "get",
                "events",
                "--field-selector=type=Warning",
                "-o",
                "jsonpath={.items[0].reason}"))
        .isEqualTo("NotOwned");
  }

  @Test
  void aRemovedFinalizerIsAddedAgain() {
    bed.awaitReady(cluster("demo"));

    bed.kubectl(
        "patch", "ecsc/demo", "--type=merge", "-p", "{\"metadata\": {\"finalizers\": null}}");

    bed.awaitObject(
        cluster("demo"), "with its finalizer", found -> found.hasFinalizer(TestBed.FINALIZER));
  }

  @Test
  void theOperatorOwnsOnlyStatusAndItsFinalizer() {
    apply(app("scale: {}"));
    awaitFilledIn(1);
    bed.awaitReady(cluster("demo"), taskDefinition("app"), service("app"));

    assertThat(bed.objects())
        .hasSize(3)
        .allSatisfy(
            object -> {
              // The operator fills in the count of the service.
              assertThat(object.getMetadata().getGeneration())
                  .isEqualTo(object.getKind().equals("EcsService") ? 2 : 1);
              assertThat(fieldsOfTheOperator(object)).containsOnly("status", "metadata.finalizers");
              assertThat(object.getMetadata().getManagedFields())
                  .extracting(ManagedFieldsEntry::getManager)
                  .containsOnly("kubectl", "ecs-operator");
            });
  }

  /** The top-level fields, and those of metadata, that the operator has written. */
  private static List<String> fieldsOfTheOperator(EcsResource<?> object) {
    List<String> fields = new ArrayList<>();
    for (ManagedFieldsEntry entry : object.getMetadata().getManagedFields()) {
      if (!entry.getManager().equals("ecs-operator")) {
        continue;
      }
      entry
          .getFieldsV1()
          .getAdditionalProperties()
          .forEach(
              (field, inner) -> {
                if (field.equals("f:metadata")) {
                  ((Map<?, ?>) inner)
                      .keySet()
                      .forEach(key -> fields.add("metadata." + key.toString().substring(2)));
                } else {
                  fields.add(field.substring(2));
                }
              });
    }
    return fields;
  }

  private List<String> eventReasons(String kind) {
    return List.of(
        bed.kubectl(
                "get",
                "events",
                "--field-selector=involvedObject.kind=" + kind,
                "-o",
                "jsonpath={.items[*].reason}")
            .split(" "));
  }

  private void apply(String manifest) {
    bed.applyWithKubectl(manifest, "--server-side");
  }

  private static String app(String... spec) {
    return Manifests.service("app", "demo", "app", spec);
  }

  private Service inEcs() {
    return bed.aws().describeServices(d -> d.cluster("demo").services("app")).services().getFirst();
  }
}

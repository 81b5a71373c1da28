package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.ObjectRef.service;
import static io.ecsoperator.e2e.operator.ObjectRef.task;
import static io.ecsoperator.e2e.operator.ObjectRef.taskDefinition;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.localecs.calls.Call;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Services and tasks that have their task definition as a template. */
@WithOperator
class TemplateTest {
  private TestBed bed;

  @BeforeEach
  void applyCluster(TestBed bed) {
    bed.restartWithoutResync();
    bed.apply(Manifests.cluster("demo"));
    this.bed = bed;
  }

  @Test
  void oneObjectRunsAServiceAndItsTaskDefinition() {
    bed.apply(withTemplate("app", "example.com/app:1", 1));

    bed.awaitReady(service("app"));
    EcsService app = bed.get(service("app"));
    assertThat(bed.get(taskDefinition("app")).getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(owner -> assertThat(owner.getUid()).isEqualTo(app.getMetadata().getUid()));
    assertThat(app.getStatus().observed().revision()).isEqualTo("app:1");
  }

  @Test
  void aChangeOfImageAndCountIsOneUpdateAndReadyOnlyWithTheNewRevision() {
    bed.apply(withTemplate("app", "example.com/app:1", 1));
    bed.awaitReady(service("app"));
    long before = bed.ecs().calls().lastSequence();

    bed.apply(withTemplate("app", "example.com/app:2", 2));

    bed.kubectl("wait", "--for=condition=Ready", "ecssvc/app", "--timeout=60s");
    assertThat(bed.get(service("app")).getStatus().observed().revision()).isEqualTo("app:2");
    assertThat(bed.writesSince(before).stream().map(Call::operation))
        .containsExactly("RegisterTaskDefinition", "UpdateService");
  }

  @Test
  void aTaskRunsItsTemplate() {
    bed.apply(
        Manifests.object("EcsTask", "job", template("example.com/job:1"), "waitFor: Running"));

    bed.awaitReady(task("job"));
    assertThat(bed.get(taskDefinition("job")).getStatus().revision()).isEqualTo(1);
  }

  @Test
  void anObjectThatHasTheNameAlreadyIsKept() {
    bed.apply(Manifests.taskDefinition("app", "example.com/app:1"));
    bed.awaitReady(taskDefinition("app"));

    bed.apply(withTemplate("app", "example.com/app:2", 1));

    bed.awaitStalled(service("app"), "InvalidSpec");
    assertThat(bed.message(service("app"), "Stalled")).contains("EcsTaskDefinition app");
    assertThat(bed.get(taskDefinition("app")).getMetadata().getGeneration()).isEqualTo(1);
  }

  @Test
  void aChangeByHandOfTheKeptObjectIsUndone() {
    bed.apply(withTemplate("app", "example.com/app:1", 1));
    bed.awaitReady(service("app"));

    bed.patchSpec(taskDefinition("app"), "cpu: \"512\"\nmemory: \"1024\"");

    bed.awaitObject(
        taskDefinition("app"),
        "as the template says",
        found -> found.getSpec().path("cpu").asText().equals("256"));
  }

  @Test
  void theKeptObjectGoesWithItsOwnerOrWithTheTemplate() {
    bed.apply(withTemplate("app", "example.com/app:1", 1));
    bed.awaitReady(service("app"));

    bed.patchSpec(service("app"), "template: null\ntaskDefinitionRef: {name: other}");

    // The service runs the revision of the kept object until another one is in effect.
    bed.awaitReconciling(service("app"), "WaitingForReference");
    assertThat(bed.get(taskDefinition("app")).isMarkedForDeletion()).isFalse();
    bed.apply(Manifests.taskDefinition("other", "example.com/app:2"));
    bed.awaitGone(taskDefinition("app"));
    bed.awaitReady(service("app"));
    assertThat(bed.get(service("app")).getStatus().observed().revision()).isEqualTo("other:1");
  }

  /** The default of Argo CD. Where no garbage collector runs, the test deletes the kept object. */
  @Test
  void aForegroundDeletionEndsForTheOwnerAndForItsKeptObject() {
    bed.apply(withTemplate("app", "example.com/app:1", 1));
    bed.awaitReady(service("app"));

    bed.kubectl("delete", "ecssvc/app", "--cascade=foreground", "--wait=false");
    bed.delete(taskDefinition("app"));

    bed.awaitGone(taskDefinition("app"));
    assertThat(bed.find(service("app")).stream().flatMap(app -> app.getFinalizers().stream()))
        .doesNotContain(TestBed.FINALIZER);
    assertThat(bed.ecs().client().listTaskDefinitions().taskDefinitionArns()).isEmpty();
  }

  @Test
  void anObjectThatIsRestoredWithoutItsOwnerOrWithAFormerOneIsKeptAgain() {
    bed.apply(withTemplate("app", "example.com/app:1", 1));
    bed.awaitReady(service("app"));
    long before = bed.ecs().calls().lastSequence();

    restoreWithOwners("[]");
    restoreWithOwners(
        """
        [{"apiVersion": "ecs-operator.io/v1alpha1", "kind": "EcsService", "name": "app", "uid": "former"}]""");

    assertThat(bed.writesSince(before)).isEmpty();
    bed.awaitReady(service("app"));
  }

  private void restoreWithOwners(String owners) {
    bed.kubectl(
        "patch",
        "ecstd/app",
        "--type=merge",
        "-p",
        "{\"metadata\":{\"ownerReferences\":%s}}".formatted(owners));
    bed.reconcile(service("app"));
    String uid = bed.get(service("app")).getMetadata().getUid();
    bed.awaitObject(taskDefinition("app"), "owned again", found -> found.hasOwnerReferenceFor(uid));
  }

  @Test
  void aKeptObjectThatIsDeletedLeavesItsRevisionToTheNextOne() {
    bed.apply(withTemplate("app", "example.com/app:1", 1));
    bed.awaitReady(service("app"));
    String deleted = bed.get(taskDefinition("app")).getMetadata().getUid();
    long before = bed.ecs().calls().lastSequence();

    bed.delete(taskDefinition("app"));

    bed.awaitObject(
        taskDefinition("app"), "another", found -> !found.getMetadata().getUid().equals(deleted));
    bed.awaitReady(taskDefinition("app"));
    bed.awaitReady(service("app"));
    assertThat(bed.writesSince(before)).isEmpty();
  }

  @Test
  void aServiceIsTakenOverWithTheTaskDefinitionOfItsTemplate() {
    bed.apply(withTemplate("app", "example.com/app:1", 1));
    bed.awaitReady(service("app"));
    bed.annotate(service("app"), "ecs-operator.io/release-to=" + bed.namespace() + "/taker");

    bed.apply(
        Manifests.object(
            "EcsService",
            "taker",
            template("example.com/app:2").replace("template:\n", "template:\n  family: app\n"),
            "serviceName: app",
            "adoptionPolicy: TakeOver",
            "adoptFrom: " + bed.ownerTag(service("app"))));

    bed.awaitReady(service("taker"));
    assertThat(bed.get(service("taker")).getStatus().observed().revision()).isEqualTo("app:2");
  }

  private static String withTemplate(String name, String image, int count) {
    return Manifests.object("EcsService", name, template(image), "desiredCount: " + count);
  }

  private static String template(String image) {
    return """
    clusterRef: {name: demo}
    launchType: FARGATE
    networkConfiguration: {awsvpcConfiguration: {subnets: [subnet-1]}}
    template:
      requiresCompatibilities: [FARGATE]
      networkMode: awsvpc
      cpu: "256"
      memory: "512"
      containerDefinitions: [{name: app, image: "%s"}]\
    """
        .formatted(image);
  }
}

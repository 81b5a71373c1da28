package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.ObjectRef.cluster;
import static io.ecsoperator.e2e.operator.ObjectRef.service;
import static io.ecsoperator.e2e.operator.ObjectRef.taskDefinition;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.localecs.calls.Call;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.Compatibility;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/** Resources that exist in ECS already, with and without an owner. */
@WithOperator
class OwnershipTest {
  private static final String OWNER = "ecs-operator.io/owner";
  private static final String ANOTHER = "another-installation/shop/EcsCluster/demo";
  private static final String IMAGE = "example.com/app:1";

  private TestBed bed;

  @BeforeEach
  void prepare(TestBed bed) {
    this.bed = bed;
  }

  @Test
  void anUnownedClusterIsNotChanged() {
    String arn = existingCluster();
    long before = bed.ecs().calls().lastSequence();

    bed.apply(Manifests.cluster("demo", "settings: [{name: containerInsights, value: enabled}]"));
    bed.awaitStalled(cluster("demo"), "NotOwned");

    assertThat(bed.message(cluster("demo"), "Stalled")).contains("adoptionPolicy: Adopt");
    assertNothingIsWrittenWhenDeleted(cluster("demo"), before);
    assertThat(tags(arn)).isEmpty();
  }

  @Test
  void anUnownedServiceIsNotChanged() {
    existingCluster();
    existingService();
    long before = bed.ecs().calls().lastSequence();

    bed.apply(matchingService("desiredCount: 5"));
    bed.awaitStalled(service("app"), "NotOwned");

    assertNothingIsWrittenWhenDeleted(service("app"), before);
  }

  @Test
  void anUnownedFamilyIsNotChanged() {
    existingRevision();
    long before = bed.ecs().calls().lastSequence();

    bed.apply(Manifests.taskDefinition("app", "example.com/app:2"));
    bed.awaitStalled(taskDefinition("app"), "NotOwned");

    assertNothingIsWrittenWhenDeleted(taskDefinition("app"), before);
  }

  @Test
  void anAdoptedClusterIsTaggedAndUpdatedToTheSpec() {
    String arn = existingCluster();
    bed.apply(
        Manifests.cluster("demo", "adoptionPolicy: Adopt", "tags: [{key: team, value: shop}]"));

    bed.awaitReady(cluster("demo"));

    assertThat(tags(arn))
        .containsExactlyInAnyOrder(tag(OWNER, bed.ownerTag(cluster("demo"))), tag("team", "shop"));
    bed.delete(cluster("demo"));
    bed.awaitGone(cluster("demo"));
    assertThat(bed.aws().listClusters().clusterArns()).isEmpty();
  }

  @Test
  void anAdoptedServiceThatMatchesKeepsItsDeployment() {
    existingCluster();
    existingService();
    long before = bed.ecs().calls().lastSequence();

    bed.apply(matchingService("adoptionPolicy: Adopt"));
    bed.awaitReady(service("app"));

    assertThat(bed.writesSince(before)).extracting(Call::operation).containsExactly("TagResource");
  }

  @Test
  void anAdoptedRevisionThatMatchesIsNotRegisteredAgain() {
    existingRevision();
    long before = bed.ecs().calls().lastSequence();

    bed.apply(Manifests.taskDefinition("app", IMAGE, "adoptionPolicy: Adopt"));
    bed.awaitReady(taskDefinition("app"));

    assertThat(bed.writesSince(before)).extracting(Call::operation).containsExactly("TagResource");
    assertThat(bed.get(taskDefinition("app")).getStatus().revision()).isEqualTo(1);
  }

  @Test
  void aClusterOfAnotherOwnerIsNotChanged() {
    String arn = existingCluster(tag(OWNER, ANOTHER));
    long before = bed.ecs().calls().lastSequence();

    bed.apply(Manifests.cluster("demo", "adoptionPolicy: Adopt"));
    bed.awaitStalled(cluster("demo"), "OwnedByAnother");

    assertThat(bed.message(cluster("demo"), "Stalled"))
        .contains("owned by another")
        .doesNotContain(ANOTHER)
        .doesNotContain("another-installation");
    assertNothingIsWrittenWhenDeleted(cluster("demo"), before);
    assertThat(tags(arn)).containsExactly(tag(OWNER, ANOTHER));
  }

  @Test
  void aClusterIsTakenOverWithTheConsentOfItsOwnerOnly() {
    bed.apply(Manifests.cluster("owner", "clusterName: demo"));
    bed.awaitReady(cluster("owner"));
    String arn = bed.get(cluster("owner")).getStatus().common().arn();
    String owner = bed.ownerTag(cluster("owner"));
    bed.apply(Manifests.cluster("demo", "adoptionPolicy: TakeOver", "adoptFrom: " + owner));
    bed.awaitStalled(cluster("demo"), "OwnedByAnother");
    assertThat(tags(arn)).containsExactly(tag(OWNER, owner));

    bed.annotate(cluster("owner"), "ecs-operator.io/release-to=" + bed.namespace() + "/demo");

    bed.awaitReady(cluster("demo"));
    assertThat(tags(arn)).containsExactly(tag(OWNER, bed.ownerTag(cluster("demo"))));
  }

  @Test
  void aRetainedClusterStaysWithoutTheOwnerTag() {
    bed.apply(
        Manifests.cluster("demo", "deletionPolicy: Retain", "tags: [{key: team, value: shop}]"));
    bed.awaitReady(cluster("demo"));
    String arn = bed.get(cluster("demo")).getStatus().common().arn();

    bed.delete(cluster("demo"));
    bed.awaitGone(cluster("demo"));

    assertThat(bed.aws().listClusters().clusterArns()).containsExactly(arn);
    assertThat(tags(arn)).containsExactly(tag("team", "shop"));
  }

  @Test
  void aRetainedServiceContinuesToRunItsRevision() {
    bed.apply(
        Manifests.cluster("demo", "deletionPolicy: Retain"),
        Manifests.taskDefinition("app", IMAGE, "deletionPolicy: Retain"),
        Manifests.service("app", "demo", "app", "desiredCount: 1", "deletionPolicy: Retain"));
    bed.awaitReady(cluster("demo"), taskDefinition("app"), service("app"));
    String revision = bed.get(taskDefinition("app")).getStatus().common().arn();
    String arn = bed.get(service("app")).getStatus().common().arn();

    bed.kubectl("delete", "ecs", "--all");

    assertThat(bed.aws().describeServices(d -> d.cluster("demo").services("app")).services())
        .singleElement()
        .satisfies(
            app -> {
              assertThat(app.runningCount()).isEqualTo(1);
              assertThat(app.taskDefinition()).isEqualTo(revision);
            });
    assertThat(tags(arn)).isEmpty();
    assertThat(tags(revision)).extracting(Tag::key).doesNotContain(OWNER);
    assertThat(bed.aws().listTaskDefinitions().taskDefinitionArns()).containsExactly(revision);
  }

  @Test
  void retainEndsADeletionThatWaitsForDependents() {
    bed.apply(
        Manifests.cluster("demo"),
        Manifests.taskDefinition("app", IMAGE),
        Manifests.service("app", "demo", "app", "desiredCount: 1"));
    bed.awaitReady(cluster("demo"), service("app"));
    bed.delete(cluster("demo"));
    bed.awaitReconciling(cluster("demo"), "WaitingForDependents");
    long before = bed.ecs().calls().lastSequence();

    bed.patchSpec(cluster("demo"), "deletionPolicy: Retain");

    bed.awaitGone(cluster("demo"));
    assertThat(bed.writesSince(before)).isEmpty();
    assertThat(bed.aws().listClusters().clusterArns()).hasSize(1);
  }

  /** Deletes the object and checks that nothing was written since {@code before}. */
  private void assertNothingIsWrittenWhenDeleted(ObjectRef<?> object, long before) {
    bed.delete(object);
    bed.awaitGone(object);
    assertThat(bed.writesSince(before)).isEmpty();
  }

  private String existingCluster(Tag... tags) {
    return bed.aws().createCluster(c -> c.clusterName("demo").tags(tags)).cluster().clusterArn();
  }

  private TaskDefinition existingRevision() {
    return bed.aws()
        .registerTaskDefinition(
            r ->
                r.family("app")
                    .requiresCompatibilities(Compatibility.FARGATE)
                    .networkMode(NetworkMode.AWSVPC)
                    .cpu("256")
                    .memory("512")
                    .containerDefinitions(
                        ContainerDefinition.builder().name("app").image(IMAGE).build()))
        .taskDefinition();
  }

  private void existingService() {
    existingRevision();
    bed.aws()
        .createService(
            c ->
                c.cluster("demo")
                    .serviceName("app")
                    .taskDefinition("app:1")
                    .launchType(LaunchType.FARGATE)
                    .desiredCount(1)
                    .networkConfiguration(n -> n.awsvpcConfiguration(v -> v.subnets("subnet-1"))));
  }

  /** An object for the existing service, with the same spec. */
  private static String matchingService(String spec) {
    return Manifests.object(
        "EcsService",
        "app",
        """
        cluster: demo
        taskDefinition: app:1
        launchType: FARGATE
        networkConfiguration: {awsvpcConfiguration: {subnets: [subnet-1]}}\
        """,
        spec);
  }

  private List<Tag> tags(String arn) {
    return bed.aws().listTagsForResource(l -> l.resourceArn(arn)).tags();
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }
}

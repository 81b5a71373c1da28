package io.ecsoperator.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.capacityprovider.EcsCapacityProvider;
import io.ecsoperator.crds.capacityprovider.EcsCapacityProviderStatus;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.crds.task.AttemptStatus;
import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.crds.task.EcsTaskStatus;
import io.ecsoperator.crds.task.ObservedTask;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.desired.Dependents.Dependent;
import io.ecsoperator.operator.desired.KubernetesObjects.Referrer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DependentsTest {
  private static final ObjectKey MAIN = new ObjectKey("EcsCluster", "shop", "main");

  @Test
  void whatUsesAnObjectInEcsDependsOnIt() {
    Objects objects =
        new Objects()
            .with(main())
            .with(service("web", "arn:aws:ecs:eu-central-1:1:service/main/web"))
            .with(service("waiting", null))
            .with(task("new", null, AttemptStatus.none()))
            .with(task("refused", null, AttemptStatus.of(1, "main", "arn:1", "")))
            .with(
                task(
                    "accepted",
                    null,
                    AttemptStatus.of(1, "main", "arn:1", "")
                        .sending("token", "2026-11-01T00:00:00Z")))
            .with(task("repeated", "Pending", AttemptStatus.of(2, "main", "arn:1", "")))
            .with(task("done", "Succeeded", AttemptStatus.of(2, "main", "arn:1", "")))
            .with(task("broken", "Failed", AttemptStatus.of(2, "main", "arn:1", "")));

    assertThat(new Dependents(objects).of(MAIN))
        .containsExactly(
            new Dependent("EcsService web", false),
            new Dependent("EcsTask accepted", false),
            new Dependent("EcsTask repeated", false));
  }

  @Test
  void anObjectThatWasNeverCreatedInEcsHasNoDependents() {
    EcsResource<?> never = Wanted.cluster("{}").named("main").object();

    assertThat(new Dependents(new Objects().with(never).with(service("web", "arn"))).of(MAIN))
        .isEmpty();
  }

  @Test
  void anObjectThatWasAppliedAgainDuringTheDeletionDoesNotHoldIt() {
    EcsResource<?> main = main();
    main.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
    EcsService again = service("web", "arn");
    again.getMetadata().setCreationTimestamp("2026-01-01T00:00:01Z");

    assertThat(new Dependents(new Objects().with(main).with(again)).of(MAIN)).isEmpty();
  }

  @Test
  void aServiceThatRunsAnotherDefinitionDoesNotHoldTheOneThatItRefersTo() {
    ReferenceField field =
        ReferenceField.of("taskDefinitionRef", "EcsTaskDefinition", "taskDefinition");
    EcsTask job =
        task(
            "job",
            "Running",
            AttemptStatus.of(2, "main", "arn:aws:ecs:eu-central-1:1:task-definition/web:7", ""));

    assertThat(new Referrer(job, field).uses(definition("web"))).isTrue();
    assertThat(new Referrer(job, field).uses(definition("other"))).isFalse();
  }

  @Test
  void aServiceInAnotherClusterDoesNotHoldTheOneThatItRefersTo() {
    ReferenceField field = ReferenceField.of("clusterRef", "EcsCluster", "cluster");
    EcsCluster main = main();
    main.setStatus(
        new EcsClusterStatus(
            CommonStatus.unknown().withArn("arn:aws:ecs:eu-central-1:1:cluster/main"),
            null,
            null,
            null));
    EcsService service = service("web", "arn:aws:ecs:eu-central-1:1:service/other/web");

    service.setStatus(service.getStatus().withCluster("arn:aws:ecs:eu-central-1:1:cluster/other"));
    assertThat(new Referrer(service, field).uses(main)).isFalse();

    // The name, before ECS has described the service.
    service.setStatus(service.getStatus().withCluster("main"));
    assertThat(new Referrer(service, field).uses(main)).isTrue();
  }

  /** The one that it waits for would be held by it, and both would wait for each other. */
  @Test
  void aClusterUsesOnlyTheCapacityProvidersThatItHasInEcs() {
    ReferenceField field =
        ReferenceField.of("capacityProviderRefs", "EcsCapacityProvider", "capacityProviders")
            .byName();
    EcsCluster with = main();
    with.setStatus(
        new EcsClusterStatus(
            with.getStatus().common().withAppliedPaths(List.of("capacityProviders")),
            null,
            null,
            List.of("FARGATE", "gpu")));

    assertThat(new Referrer(with, field).uses(capacityProvider("gpu"))).isTrue();
    assertThat(new Referrer(with, field).uses(capacityProvider("broken"))).isFalse();
    assertThat(new Referrer(main(), field).uses(capacityProvider("gpu"))).isFalse();
  }

  /** For all pairs of kinds: two objects, of which one is deleted, never wait for each other. */
  @Test
  void noObjectThatWaitsForADeletedObjectHoldsIt() {
    assertThat(TestKinds.all().stream().flatMap(kind -> kind.references().stream()))
        .isNotEmpty()
        .allSatisfy(
            field -> {
              EcsResource<?> referred = main();
              referred.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
              EcsService again = service("again", null);
              again.getMetadata().setCreationTimestamp("2026-01-01T00:00:00Z");
              assertThat(new Referrer(again, field).uses(referred)).isFalse();
              again.setStatus(service("again", "arn").getStatus());
              assertThat(new Referrer(again, field).uses(referred)).isTrue();
              again.getMetadata().setCreationTimestamp("2026-01-01T00:00:02Z");
              assertThat(new Referrer(again, field).uses(referred)).isFalse();
            });
  }

  @Test
  void objectsThatReferToEachOtherDoNotWaitForEachOtherWhileBothAreDeleted() {
    ObjectKey cluster = MAIN;
    EcsService deleted = service("web", "arn");
    markForDeletion(deleted);

    Dependents going = new Dependents(new Mutual(deleted));
    Dependents staying = new Dependents(new Mutual(service("web", "arn")));

    assertThat(going.of(cluster)).isEmpty();
    assertThat(going.deletedTogether(cluster))
        .containsExactly(new Dependent("EcsService web", true));
    assertThat(staying.of(cluster)).containsExactly(new Dependent("EcsService web", false));
    assertThat(staying.deletedTogether(cluster)).isEmpty();
  }

  /**
   * As in a foreground deletion: the garbage collector keeps the owner until what it owns is gone.
   */
  @Test
  void anObjectThatTheOperatorHasReleasedHoldsNothing() {
    EcsService released = service("web", "arn");
    released.getMetadata().setDeletionTimestamp(Instant.EPOCH.toString());
    released.getMetadata().setFinalizers(List.of("foregroundDeletion"));

    assertThat(new Dependents(new Objects().with(main()).with(released)).of(MAIN)).isEmpty();
  }

  @Test
  void anObjectIsKeptByTheOneWhoseTemplateDescribesItUnlessThatOneIsDeleted() {
    ObjectKey kept = ObjectKey.of(definition("web"));
    EcsService service = service("web", "arn");
    Dependents template = new Dependents(new OnlyReferrer(service, true));
    Dependents reference = new Dependents(new OnlyReferrer(service, false));

    assertThat(template.keeper(kept)).contains(service);
    assertThat(reference.keeper(kept)).isEmpty();
    markForDeletion(service);
    assertThat(template.keeper(kept)).isEmpty();
  }

  private record OnlyReferrer(EcsResource<?> object, boolean byTemplate)
      implements KubernetesObjects {

    @Override
    public Optional<EcsResource<?>> find(ObjectKey key) {
      return Optional.empty();
    }

    @Override
    public Optional<EcsResource<?>> read(ObjectKey key) {
      return Optional.empty();
    }

    @Override
    public List<Referrer> referrers(ObjectKey referred) {
      ReferenceField field = ReferenceField.of("ref", referred.kind(), "member");
      return List.of(new Referrer(object, byTemplate ? field.asTemplate() : field));
    }
  }

  @Test
  void anObjectThatIsNotReferredToInReturnIsWaitedForWhileItIsDeleted() {
    EcsService deleted = service("web", "arn");
    markForDeletion(deleted);
    Objects objects = new Objects().with(main()).with(deleted);
    ObjectKey cluster = MAIN;

    assertThat(new Dependents(objects).of(cluster))
        .containsExactly(new Dependent("EcsService web", true));
    assertThat(new Dependents(objects).deletedTogether(cluster)).isEmpty();
  }

  /** An object and the cluster {@code main}, which refer to each other. */
  private record Mutual(EcsResource<?> object) implements KubernetesObjects {

    @Override
    public Optional<EcsResource<?>> find(ObjectKey key) {
      return Optional.of(main());
    }

    @Override
    public Optional<EcsResource<?>> read(ObjectKey key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Referrer> referrers(ObjectKey referred) {
      ReferenceField field = ReferenceField.of("ref", referred.kind(), "member");
      return List.of(
          new Referrer(
              referred.equals(ObjectKey.of(object))
                  ? Wanted.cluster("{}").named("main").object()
                  : object,
              field));
    }
  }

  private static void markForDeletion(EcsService service) {
    service.getMetadata().setDeletionTimestamp(Instant.EPOCH.toString());
    service.getMetadata().setFinalizers(List.of(EcsResource.FINALIZER));
  }

  private static EcsCluster main() {
    EcsCluster cluster = (EcsCluster) Wanted.cluster("{}").named("main").object();
    cluster.setStatus(
        new EcsClusterStatus(CommonStatus.unknown().withArn("arn"), null, null, null));
    return cluster;
  }

  private static EcsResource<?> definition(String family) {
    EcsCluster resource = main();
    resource.setStatus(
        new EcsClusterStatus(
            CommonStatus.unknown()
                .withArn("arn:aws:ecs:eu-central-1:1:task-definition/" + family + ":9"),
            null,
            null,
            null));
    return resource;
  }

  private static EcsResource<?> capacityProvider(String name) {
    EcsResource<?> resource = Wanted.capacityProvider("{}").named(name).object();
    CommonStatus described =
        CommonStatus.unknown().withArn("arn:aws:ecs:eu-central-1:1:capacity-provider/" + name);
    ((EcsCapacityProvider) resource)
        .setStatus(EcsCapacityProviderStatus.unknown().withCommon(described));
    return resource;
  }

  private static EcsService service(String name, String arn) {
    EcsService service = (EcsService) Wanted.service("{}").named(name).object();
    service.setStatus(EcsServiceStatus.unknown().withCommon(CommonStatus.unknown().withArn(arn)));
    return service;
  }

  private static EcsTask task(String name, String phase, AttemptStatus attempt) {
    EcsTask task = (EcsTask) Wanted.task("{}").named(name).object();
    task.setStatus(
        EcsTaskStatus.unknown().withCurrent(attempt).withObserved(ObservedTask.unknown(), phase));
    return task;
  }
}

package io.ecsoperator.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.crds.task.EcsTaskStatus;
import io.ecsoperator.crds.task.ObservedTask;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.desired.Dependents.Dependent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DependentsTest {
  @Test
  void servicesAndUnfinishedTasksDependOnAnObject() {
    Objects objects =
        new Objects()
            .with((EcsService) Wanted.service("{}").named("web").object())
            .with((EcsService) Wanted.service("{}").named("api").deletedAt(Instant.EPOCH).object())
            .with(task("new", null))
            .with(task("running", "Running"))
            .with(task("done", "Succeeded"))
            .with(task("broken", "Failed"));

    assertThat(new Dependents(objects).of(new ObjectKey("EcsCluster", "shop", "main")))
        .containsExactly(
            new Dependent("EcsService api", true),
            new Dependent("EcsService web", false),
            new Dependent("EcsTask new", false),
            new Dependent("EcsTask running", false));
  }

  @Test
  void objectsThatReferToEachOtherDoNotWaitForEachOtherWhileBothAreDeleted() {
    Wanted service = Wanted.service("{}").named("web");
    ObjectKey cluster = new ObjectKey("EcsCluster", "shop", "main");

    Dependents going = new Dependents(new Mutual(service.deletedAt(Instant.EPOCH).object()));
    Dependents staying = new Dependents(new Mutual(service.object()));

    assertThat(going.of(cluster)).isEmpty();
    assertThat(going.deletedTogether(cluster))
        .containsExactly(new Dependent("EcsService web", true));
    assertThat(staying.of(cluster)).containsExactly(new Dependent("EcsService web", false));
    assertThat(staying.deletedTogether(cluster)).isEmpty();
  }

  @Test
  void anObjectThatIsNotReferredToInReturnIsWaitedForWhileItIsDeleted() {
    Objects objects =
        new Objects().with(Wanted.service("{}").named("web").deletedAt(Instant.EPOCH).object());
    ObjectKey cluster = new ObjectKey("EcsCluster", "shop", "main");

    assertThat(new Dependents(objects).of(cluster))
        .containsExactly(new Dependent("EcsService web", true));
    assertThat(new Dependents(objects).deletedTogether(cluster)).isEmpty();
  }

  /** An object and the cluster {@code main}, which refer to each other. */
  private record Mutual(EcsResource<?> object) implements KubernetesObjects {

    @Override
    public Optional<EcsResource<?>> find(ObjectKey key) {
      throw new UnsupportedOperationException();
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

  private static EcsTask task(String name, String phase) {
    EcsTask task = (EcsTask) Wanted.task("{}").named(name).object();
    if (phase != null) {
      task.setStatus(EcsTaskStatus.unknown().withObserved(ObservedTask.unknown(), phase));
    }
    return task;
  }
}

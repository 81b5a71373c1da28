package io.ecsoperator.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.crds.task.EcsTaskStatus;
import io.ecsoperator.crds.task.ObservedTask;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.desired.Dependents.Dependent;
import java.time.Instant;
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

  private static EcsTask task(String name, String phase) {
    EcsTask task = (EcsTask) Wanted.task("{}").named(name).object();
    if (phase != null) {
      task.setStatus(EcsTaskStatus.unknown().withObserved(ObservedTask.unknown(), phase));
    }
    return task;
  }
}

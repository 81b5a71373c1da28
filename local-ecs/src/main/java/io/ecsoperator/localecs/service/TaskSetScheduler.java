package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.tag.Tags;
import io.ecsoperator.localecs.world.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Keeps each task set of a service at its scale. Which of them serves is for others to say. */
final class TaskSetScheduler {
  private final World world;
  private final ServiceTasks tasks;
  private final Tags tags;
  private final BiConsumer<ServiceState, Instant> wakeAt;

  /**
   * @param wakeAt makes the scheduler look at a service at a time to come
   */
  TaskSetScheduler(
      World world, ServiceTasks tasks, Tags tags, BiConsumer<ServiceState, Instant> wakeAt) {
    this.world = world;
    this.tasks = tasks;
    this.tags = tags;
    this.wakeAt = wakeAt;
  }

  void look(ServiceState service) {
    for (TaskSetState set : List.copyOf(service.taskSets())) {
      scale(service, set);
      if (set.status() == TaskSetState.Status.DRAINING && set.isDrained()) {
        service.taskSets().remove(set);
        tags.forget(set.facts().taskSetArn());
      }
    }
    tellIfSteady(service);
  }

  private void scale(ServiceState service, TaskSetState set) {
    int missing = set.desired(service.desired()) - set.count(Member::isWanted);
    if (missing < 0) {
      tasks.stop(service, set, ServiceTasks.leastUseful(set, -missing));
    } else if (missing > 0 && world.now().isBefore(set.notBefore())) {
      wakeAt.accept(service, set.notBefore());
    } else if (missing > 0) {
      tasks.start(service, set, missing);
    }
    if (!set.isThere(service.desired())) {
      set.destabilize(world.now());
    } else if (!set.isStable()) {
      set.stabilize(world.now());
      if (set.desired(service.desired()) > 0) {
        service.events().addOf(set.id(), "has reached a steady state.", world.now());
      }
    }
  }

  private void tellIfSteady(ServiceState service) {
    List<TaskSetState> live = new ArrayList<>(service.taskSets());
    live.removeIf(set -> set.status() == TaskSetState.Status.DRAINING);
    boolean steady = !live.isEmpty() && live.stream().allMatch(TaskSetState::isStable);
    if (steady && !service.isSteady()) {
      service.events().add("has reached a steady state.", world.now());
    }
    service.setSteady(steady);
  }
}

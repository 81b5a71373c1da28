package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.tag.Tags;
import io.ecsoperator.localecs.world.World;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps each task set of a service at its scale. The external controller decides which of them
 * serves.
 */
final class TaskSetScheduler {
  private final World world;
  private final Scaling scaling;
  private final Tags tags;
  private final EventPublisher publisher;

  TaskSetScheduler(World world, Scaling scaling, Tags tags, EventPublisher publisher) {
    this.publisher = publisher;
    this.world = world;
    this.scaling = scaling;
    this.tags = tags;
  }

  void reconcile(ServiceState service) {
    for (TaskSetState set : List.copyOf(service.taskSets())) {
      scale(service, set);
      if (set.status() == TaskSetState.Status.DRAINING && set.isDrained()) {
        service.remove(set);
        tags.forget(set.facts().taskSetArn());
      }
    }
    reportSteadyState(service);
  }

  private void scale(ServiceState service, TaskSetState set) {
    int desired = set.desired(service.desired());
    if (set.computed(desired)) {
      publisher.desiredCountUpdated(service);
    }
    scaling.bring(service, set, desired);
    if (!set.isThere(service.desired())) {
      set.destabilize(world.now());
    } else if (!set.isStable()) {
      set.stabilize(world.now());
      if (desired > 0) {
        service.events().addOf(set.id(), "has reached a steady state.", world.now());
        publisher.taskSetSteady(service);
      }
    }
  }

  private void reportSteadyState(ServiceState service) {
    List<TaskSetState> live = new ArrayList<>(service.taskSets());
    live.removeIf(set -> set.status() == TaskSetState.Status.DRAINING);
    boolean steady = !live.isEmpty() && live.stream().allMatch(TaskSetState::isStable);
    if (steady && !service.isSteady()) {
      service.events().add("has reached a steady state.", world.now());
      publisher.steady(service);
    }
    service.setSteady(steady);
  }
}

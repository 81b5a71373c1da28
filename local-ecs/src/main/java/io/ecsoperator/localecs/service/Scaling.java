package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.world.World;
import java.time.Instant;
import java.util.function.BiConsumer;

/** Brings the tasks of one revision to a number, without regard to those of others. */
final class Scaling {
  private final World world;
  private final ServiceTasks tasks;
  private final BiConsumer<ServiceState, Instant> wakeAt;

  /**
   * @param wakeAt makes the scheduler look at a service at a time to come
   */
  Scaling(World world, ServiceTasks tasks, BiConsumer<ServiceState, Instant> wakeAt) {
    this.world = world;
    this.tasks = tasks;
    this.wakeAt = wakeAt;
  }

  void bring(ServiceState service, RevisionTasks group, int desired) {
    int missing = desired - group.count(Member::isWanted);
    if (missing < 0) {
      tasks.stop(service, group, tasks.leastUseful(group, -missing));
    } else if (missing > 0 && world.now().isBefore(group.notBefore())) {
      wakeAt.accept(service, group.notBefore());
    } else if (missing > 0) {
      tasks.start(service, group, missing);
    }
  }
}

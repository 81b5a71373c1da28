package io.ecsoperator.localecs.service;

/**
 * Decides how many tasks a rolling update starts and stops next. Pure.
 *
 * <p>The number of tasks up to RUNNING never exceeds the upper bound, and no stop leaves fewer
 * serving tasks than the lower bound.
 *
 * @param upper most tasks up to RUNNING: floor(desired × maximumPercent / 100)
 * @param lower least tasks that serve: ceil(desired × minimumHealthyPercent / 100)
 */
record RollingUpdate(int desired, int upper, int lower) {

  static RollingUpdate of(int desired, int minimumHealthyPercent, int maximumPercent) {
    return new RollingUpdate(
        desired,
        (int) ((long) desired * maximumPercent / 100),
        (int) Math.ceilDiv((long) desired * minimumHealthyPercent, 100));
  }

  /**
   * The current tasks.
   *
   * @param live tasks of the service up to RUNNING, whether meant to run on or not
   * @param leaving those of them that are meant to end
   * @param target tasks of the target revision that are meant to run
   * @param targetHealthy those of them that are healthy
   * @param oldServing tasks of other revisions that run, are meant to, and are not unhealthy
   * @param oldHealthy those of them that are healthy; the others may yet turn out to be broken
   * @param mayStart whether the target revision may have new tasks
   */
  record Situation(
      int live,
      int leaving,
      int target,
      int targetHealthy,
      int oldServing,
      int oldHealthy,
      boolean mayStart) {}

  /**
   * The tasks to start and stop.
   *
   * @param stopTarget tasks of the target revision to stop, those that do not serve first
   * @param stopOld serving tasks of other revisions to stop, those that are not healthy first
   */
  record Decision(int start, int stopTarget, int stopOld) {}

  Decision decide(Situation now) {
    int missing = Math.max(0, desired - now.target());
    int room = Math.max(0, upper - now.live());
    int start = now.mayStart() ? Math.min(missing, room) : 0;
    int stopTarget = Math.max(0, now.target() - desired);
    return new Decision(start, stopTarget, stopOld(now, missing - room));
  }

  private int stopOld(Situation now, int missingRoom) {
    if (!now.mayStart()) {
      return 0;
    }
    int spare = Math.max(0, now.targetHealthy() + now.oldServing() - lower);
    int replaced = Math.max(0, now.oldServing() - Math.max(0, desired - now.targetHealthy()));
    int inTheWay = Math.max(0, missingRoom - now.leaving());
    int unproven = now.oldServing() - now.oldHealthy();
    int spareHealthy = Math.max(0, now.targetHealthy() + now.oldHealthy() - lower);
    return Math.min(
        Math.min(now.oldServing(), unproven + spareHealthy),
        Math.min(spare, Math.max(replaced, inTheWay)));
  }
}

package io.ecsoperator.localecs.cluster;

/** What lives in a cluster, told by the kinds that keep it. */
public interface ClusterContents {
  /** Counts of one launch type. */
  record Counts(int runningTasks, int pendingTasks, int activeServices, int drainingServices) {
    public static final Counts NONE = new Counts(0, 0, 0, 0);

    Counts plus(Counts other) {
      return new Counts(
          runningTasks + other.runningTasks,
          pendingTasks + other.pendingTasks,
          activeServices + other.activeServices,
          drainingServices + other.drainingServices);
    }

    Counts negated() {
      return new Counts(-runningTasks, -pendingTasks, -activeServices, -drainingServices);
    }
  }

  /** What of it runs on Fargate in the cluster. */
  Counts onFargate(String clusterArn);

  /** What of it runs on EC2 in the cluster. */
  Counts onEc2(String clusterArn);

  /** Whether a service or task of it uses the capacity provider. */
  boolean uses(String clusterArn, String capacityProvider);

  /** Whether a task of it has not STOPPED, be it meant to or not. */
  default boolean hasTasks(String clusterArn) {
    return false;
  }

  /** How many container instances of it are registered in the cluster. */
  default int containerInstances(String clusterArn) {
    return 0;
  }
}

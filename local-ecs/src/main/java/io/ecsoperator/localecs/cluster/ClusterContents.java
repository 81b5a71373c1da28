package io.ecsoperator.localecs.cluster;

/** The resources of one kind in clusters, as their store reports them. */
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

  /** Counts the kind's resources on Fargate in the cluster. */
  Counts onFargate(String clusterArn);

  /** Counts the kind's resources on EC2 in the cluster. */
  Counts onEc2(String clusterArn);

  /** Whether a service or task of this kind uses the capacity provider. */
  boolean uses(String clusterArn, String capacityProvider);

  /** Whether the cluster has a task that is not STOPPED, whatever its desired status. */
  default boolean hasTasks(String clusterArn) {
    return false;
  }

  /** How many container instances are registered in the cluster. */
  default int containerInstances(String clusterArn) {
    return 0;
  }

  /** Removes the instances of a provider of managed instances that was deleted. */
  default void removeInstancesOf(String clusterArn, String capacityProvider) {}
}

package io.ecsoperator.e2e.operator;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.capacityprovider.EcsCapacityProvider;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import java.util.Locale;

/** The kind and name of an object in the test's namespace. */
record ObjectRef<R extends EcsResource<?>>(Class<R> type, String name) {
  static ObjectRef<EcsCluster> cluster(String name) {
    return new ObjectRef<>(EcsCluster.class, name);
  }

  static ObjectRef<EcsCapacityProvider> capacityProvider(String name) {
    return new ObjectRef<>(EcsCapacityProvider.class, name);
  }

  static ObjectRef<EcsTaskDefinition> taskDefinition(String name) {
    return new ObjectRef<>(EcsTaskDefinition.class, name);
  }

  static ObjectRef<EcsService> service(String name) {
    return new ObjectRef<>(EcsService.class, name);
  }

  static ObjectRef<EcsTask> task(String name) {
    return new ObjectRef<>(EcsTask.class, name);
  }

  /** The form that kubectl takes, for example {@code ecsservice/web}. */
  @Override
  public String toString() {
    return type.getSimpleName().toLowerCase(Locale.ROOT) + "/" + name;
  }
}

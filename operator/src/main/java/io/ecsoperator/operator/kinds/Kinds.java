package io.ecsoperator.operator.kinds;

import io.ecsoperator.operator.cache.AwsResource;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.kinds.capacityprovider.CapacityProviderKind;
import io.ecsoperator.operator.kinds.cluster.ClusterKind;
import io.ecsoperator.operator.kinds.service.ServiceKind;
import io.ecsoperator.operator.kinds.task.TaskKind;
import io.ecsoperator.operator.kinds.taskdefinition.TaskDefinitionKind;
import java.util.List;

/** The kinds that this operator reconciles: one line each. */
public final class Kinds {
  private Kinds() {}

  public static List<Kind<?, ?, ?>> all(Kind.Dependencies dependencies) {
    return List.of(
        new ClusterKind(dependencies),
        new TaskDefinitionKind(dependencies),
        new ServiceKind(dependencies),
        new TaskKind(dependencies),
        new CapacityProviderKind(dependencies));
  }

  /** The ECS resources that the kinds read and write. */
  public static List<AwsResource> awsResources(List<Kind<?, ?, ?>> kinds) {
    return kinds.stream().flatMap(kind -> kind.awsResources().stream()).toList();
  }
}

package io.ecsoperator.localecs.region;

import io.ecsoperator.localecs.cluster.ClusterOperations;
import io.ecsoperator.localecs.cluster.Clusters;
import io.ecsoperator.localecs.protocol.OperationTable;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.tag.TagOperations;
import io.ecsoperator.localecs.tag.Tags;
import io.ecsoperator.localecs.taskdefinition.TaskDefinitionOperations;
import io.ecsoperator.localecs.taskdefinition.TaskDefinitions;
import io.ecsoperator.localecs.world.World;
import java.util.List;

/** ECS in one account and region. */
public final class Region {
  private final OperationTable operations = new OperationTable();

  public Region(Scope scope, World world) {
    Tags tags = new Tags();
    Clusters clusters = new Clusters(scope);
    new ClusterOperations(scope, clusters, tags, List.of()).addTo(operations);
    TaskDefinitions definitions = new TaskDefinitions(scope);
    new TaskDefinitionOperations(scope, world, definitions, tags, List.of()).addTo(operations);
    new TagOperations(tags).addTo(operations);
  }

  public OperationTable operations() {
    return operations;
  }
}

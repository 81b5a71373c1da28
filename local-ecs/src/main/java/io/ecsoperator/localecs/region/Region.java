package io.ecsoperator.localecs.region;

import io.ecsoperator.localecs.cluster.ClusterOperations;
import io.ecsoperator.localecs.cluster.Clusters;
import io.ecsoperator.localecs.protocol.OperationTable;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.script.ScriptReader;
import io.ecsoperator.localecs.script.Scripts;
import io.ecsoperator.localecs.tag.TagOperations;
import io.ecsoperator.localecs.tag.Tags;
import io.ecsoperator.localecs.task.TaskOperations;
import io.ecsoperator.localecs.task.Tasks;
import io.ecsoperator.localecs.taskdefinition.TaskDefinitionOperations;
import io.ecsoperator.localecs.taskdefinition.TaskDefinitions;
import io.ecsoperator.localecs.world.World;
import java.util.List;
import java.util.Optional;

/** ECS in one account and region. */
public final class Region {
  private final OperationTable operations = new OperationTable();

  public Region(Scope scope, World world, Scripts scripts) {
    Tags tags = new Tags();
    Clusters clusters = new Clusters(scope);
    TaskDefinitions definitions = new TaskDefinitions(scope);
    Tasks tasks = Tasks.simulated(scope, world, tags, new ScriptReader(scripts));
    new ClusterOperations(scope, clusters, tags, List.of(tasks)).addTo(operations);
    new TaskDefinitionOperations(scope, world, definitions, tags, List.of(tasks)).addTo(operations);
    new TaskOperations(
            scope, world, clusters, definitions, tasks, tags, (cluster, name) -> Optional.empty())
        .addTo(operations);
    new TagOperations(tags).addTo(operations);
  }

  public OperationTable operations() {
    return operations;
  }
}

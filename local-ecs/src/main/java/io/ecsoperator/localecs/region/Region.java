package io.ecsoperator.localecs.region;

import io.ecsoperator.localecs.cluster.CapacityProviderOperations;
import io.ecsoperator.localecs.cluster.CapacityProviderStore;
import io.ecsoperator.localecs.cluster.ClusterContents;
import io.ecsoperator.localecs.cluster.ClusterOperations;
import io.ecsoperator.localecs.cluster.Clusters;
import io.ecsoperator.localecs.event.EventBridge;
import io.ecsoperator.localecs.event.EventRules;
import io.ecsoperator.localecs.event.ServiceEvents;
import io.ecsoperator.localecs.event.StateEvents;
import io.ecsoperator.localecs.external.ExternalDependencies;
import io.ecsoperator.localecs.instance.AttributeOperations;
import io.ecsoperator.localecs.instance.ContainerInstances;
import io.ecsoperator.localecs.instance.InstanceOperations;
import io.ecsoperator.localecs.protocol.OperationTable;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.script.ScriptReader;
import io.ecsoperator.localecs.script.Scripts;
import io.ecsoperator.localecs.service.EventPublisher;
import io.ecsoperator.localecs.service.NamespaceOperations;
import io.ecsoperator.localecs.service.ServiceOperations;
import io.ecsoperator.localecs.service.ServiceScheduler;
import io.ecsoperator.localecs.service.Services;
import io.ecsoperator.localecs.setting.AccountSettingOperations;
import io.ecsoperator.localecs.setting.AccountSettings;
import io.ecsoperator.localecs.tag.TagOperations;
import io.ecsoperator.localecs.tag.Tags;
import io.ecsoperator.localecs.task.Capacity;
import io.ecsoperator.localecs.task.LaunchOperations;
import io.ecsoperator.localecs.task.ManagedScaling;
import io.ecsoperator.localecs.task.ProtectionOperations;
import io.ecsoperator.localecs.task.TaskOperations;
import io.ecsoperator.localecs.task.Tasks;
import io.ecsoperator.localecs.taskdefinition.TaskDefinitionOperations;
import io.ecsoperator.localecs.taskdefinition.TaskDefinitions;
import io.ecsoperator.localecs.world.World;
import java.util.List;

/** ECS in one account and region. */
public final class Region {
  private final OperationTable operations = new OperationTable();
  private final InstanceOperations containerInstances;

  public Region(
      Scope scope, World world, Scripts scripts, ExternalDependencies external, EventRules rules) {
    EventBridge bridge = new EventBridge(scope, world, rules);
    Tags tags = new Tags();
    Clusters clusters = new Clusters(scope);
    TaskDefinitions definitions = new TaskDefinitions(scope, world);
    ContainerInstances instances = new ContainerInstances(scope, world, tags);
    Tasks tasks =
        Tasks.simulated(scope, world, tags, instances, external, new ScriptReader(scripts));
    StateEvents events = new StateEvents(world, bridge);
    tasks.listen(new TaskEvents(events));
    instances.listen((before, after) -> events.changed(after.shown()));
    Services services = new Services(scope);
    List<ClusterContents> contents = List.of(tasks, services, instances);
    AccountSettings settings = new AccountSettings(scope);
    new AccountSettingOperations(settings).addTo(operations);
    CapacityProviderStore providers = new CapacityProviderStore(scope);
    new CapacityProviderOperations(world, clusters, providers, tags, contents).addTo(operations);
    new ClusterOperations(scope, world, clusters, providers, settings, tags, contents)
        .addTo(operations);
    containerInstances = new InstanceOperations(scope, world, clusters, instances, tags);
    containerInstances.addTo(operations);
    new AttributeOperations(clusters, instances).addTo(operations);
    new TaskDefinitionOperations(scope, world, definitions, tags, List.of(tasks, services))
        .addTo(operations);
    Capacity capacity = new Capacity(world, instances, providers, external);
    new ManagedScaling(scope, world, tasks, capacity, providers, instances, containerInstances);
    new LaunchOperations(scope, world, clusters, definitions, tasks, capacity, tags)
        .addTo(operations);
    new ProtectionOperations(scope, world, clusters, tasks).addTo(operations);
    new TaskOperations(scope, clusters, tasks, tags, services).addTo(operations);
    EventPublisher publisher = new EventPublisher(scope, new ServiceEvents(world, bridge));
    ServiceScheduler scheduler =
        new ServiceScheduler(world, services, tasks, capacity, tags, external, publisher);
    new ServiceOperations(scope, world, clusters, definitions, services, tags, publisher, scheduler)
        .addTo(operations);
    new NamespaceOperations(scope, clusters, services).addTo(operations);
    new TagOperations(tags).addTo(operations);
  }

  /** The operations that add simulated instances. */
  public InstanceOperations containerInstances() {
    return containerInstances;
  }

  public OperationTable operations() {
    return operations;
  }
}

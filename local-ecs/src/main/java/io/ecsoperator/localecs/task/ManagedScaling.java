package io.ecsoperator.localecs.task;

import io.ecsoperator.localecs.cluster.CapacityProviderStore;
import io.ecsoperator.localecs.cluster.InstanceScaling;
import io.ecsoperator.localecs.instance.ContainerInstances;
import io.ecsoperator.localecs.instance.Demand;
import io.ecsoperator.localecs.instance.InstanceOperations;
import io.ecsoperator.localecs.instance.InstanceState;
import io.ecsoperator.localecs.instance.InstanceType;
import io.ecsoperator.localecs.instance.NewInstance;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Simulates managed scaling of capacity providers: adds the instances that waiting tasks need, and
 * removes those that stay empty.
 */
public final class ManagedScaling {
  private static final InstanceType TYPE = InstanceType.named("m5.large");
  private static final int MOST_INSTANCES = 10;
  private static final int ZONES = 3;
  private static final Duration REACTION_TIME = Duration.ofSeconds(1);

  /** From the decision to add an instance to its registration. */
  private static final Duration START = Duration.ofSeconds(90);

  private final Scope scope;
  private final World world;
  private final Tasks tasks;
  private final Capacity capacity;
  private final CapacityProviderStore providers;
  private final ContainerInstances instances;
  private final InstanceOperations registrations;
  private final Map<Group, Integer> starting = new HashMap<>();
  private boolean triggered;

  /** The instances of a provider in a cluster. */
  private record Group(String clusterArn, String provider) {}

  public ManagedScaling(
      Scope scope,
      World world,
      Tasks tasks,
      Capacity capacity,
      CapacityProviderStore providers,
      ContainerInstances instances,
      InstanceOperations registrations) {
    this.scope = scope;
    this.world = world;
    this.tasks = tasks;
    this.capacity = capacity;
    this.providers = providers;
    this.instances = instances;
    this.registrations = registrations;
    capacity.whenAwaited(this::trigger);
    instances.listen((before, after) -> changed(after));
  }

  private void changed(InstanceState instance) {
    if (!tasks.waiting().isEmpty()) {
      trigger();
    }
    if (isEmpty(instance)) {
      Optional.ofNullable(instance.facts().capacityProviderName())
          .flatMap(providers::scaling)
          .flatMap(InstanceScaling::idleTime)
          .ifPresent(idle -> world.after(idle, () -> removeIfStillEmpty(instance)));
    }
  }

  private static boolean isEmpty(InstanceState instance) {
    return instance.reservations().isEmpty()
        && !instance.facts().status().equals(InstanceState.INACTIVE);
  }

  private void removeIfStillEmpty(InstanceState then) {
    instances
        .find(then.clusterArn(), then.arn())
        .filter(now -> now.equals(then) && isEmpty(now))
        .filter(now -> providers.scales(now.facts().capacityProviderName()))
        .ifPresent(now -> instances.deregister(now.clusterArn(), now.arn()));
  }

  private void trigger() {
    if (!triggered) {
      triggered = true;
      world.after(
          REACTION_TIME,
          () -> {
            triggered = false;
            placeWaitingTasks();
          });
    }
  }

  private void placeWaitingTasks() {
    Map<Group, List<Demand>> unmet = new LinkedHashMap<>();
    tasks
        .waiting()
        .forEach(
            (arn, waiting) -> {
              TaskLaunch launch = waiting.launch();
              PlacementResult result =
                  capacity.find(
                      launch, waiting.wanted().constraints(), waiting.wanted().strategies());
              if (result instanceof PlacementResult.Instance found) {
                tasks.place(launch.cluster().clusterArn(), arn, found);
              } else {
                unmet
                    .computeIfAbsent(
                        new Group(
                            launch.cluster().clusterArn(), launch.capacityProvider().orElseThrow()),
                        unknown -> new ArrayList<>())
                    .add(TaskDemand.of(launch.definition(), launch.settings().overrides()));
              }
            });
    unmet.forEach(this::scaleOut);
  }

  private void scaleOut(Group group, List<Demand> demands) {
    Optional<InstanceScaling> scaling = providers.scaling(group.provider());
    int underWay = starting.getOrDefault(group, 0);
    int missing = bins(demands) - underWay;
    if (missing <= 0 || scaling.isEmpty()) {
      return;
    }
    long present =
        instances.registered(group.clusterArn()).stream()
            .filter(one -> group.provider().equals(one.facts().capacityProviderName()))
            .count();
    int step =
        Math.clamp(
            missing,
            scaling.get().smallestStep(),
            Math.max(scaling.get().smallestStep(), scaling.get().largestStep()));
    int room = MOST_INSTANCES - (int) present - underWay;
    int added = Math.min(step, room);
    if (added > 0) {
      starting.merge(group, added, Integer::sum);
      world.after(START, () -> arrive(group, added));
    }
  }

  /** The number of new instances that the demands need, filled one after the other. */
  private static int bins(List<Demand> demands) {
    int bins = 0;
    List<Demand> bin = new ArrayList<>();
    for (Demand demand : demands) {
      if (!TYPE.holds(List.of(demand))) {
        continue;
      }
      bin.add(demand);
      if (bins == 0 || !TYPE.holds(bin)) {
        bins++;
        bin = new ArrayList<>(List.of(demand));
      }
    }
    return bins;
  }

  private void arrive(Group group, int count) {
    starting.merge(group, -count, Integer::sum);
    for (int i = 0; i < count; i++) {
      registrations.add(
          group.clusterArn(),
          new NewInstance(
              TYPE,
              scope.region() + (char) ('a' + i % ZONES),
              Map.of(),
              Optional.empty(),
              Optional.of(group.provider())));
    }
    trigger();
  }
}

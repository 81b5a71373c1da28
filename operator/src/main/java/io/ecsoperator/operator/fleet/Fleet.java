package io.ecsoperator.operator.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.Arn;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.cache.PackedTrees;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A copy of ECS: each resource as it was read last, in the order of ARNs. One thread changes it;
 * any number may read it.
 */
public final class Fleet {
  private static final EcsMember TAGS = EcsType.request("TagResource").member("tags");
  private static final EcsMember KEY = EcsType.of("Tag").member("key");
  private static final EcsMember VALUE = EcsType.of("Tag").member("value");
  private static final EcsMember GROUP = EcsType.of("Task").member("group");

  /** What the group of a service's task begins with. */
  private static final String SERVICE = "service:";

  private final String ownerTag;
  private final FleetChanges changes;
  private final PackedTrees trees = new PackedTrees();
  private final Map<FleetType, ConcurrentSkipListMap<String, FleetResource>> resources =
      new EnumMap<>(FleetType.class);
  private final Set<FleetType> complete = EnumSet.noneOf(FleetType.class);
  private final Map<FleetType, AwsFailure> failures = new EnumMap<>(FleetType.class);
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * @param ownerTag key of the tag that names the owner of a resource
   * @param changes takes every change
   */
  public Fleet(String ownerTag, FleetChanges changes) {
    this.ownerTag = ownerTag;
    this.changes = changes;
    Arrays.stream(FleetType.values())
        .forEach(type -> resources.put(type, new ConcurrentSkipListMap<>()));
  }

  /** All resources of a type, in the order of their ARNs. */
  public Collection<FleetResource> all(FleetType type) {
    return of(type).values();
  }

  /** The resources of a type whose ARNs come after one. */
  public Collection<FleetResource> after(FleetType type, String arn) {
    return of(type).tailMap(arn, false).values();
  }

  public Optional<FleetResource> find(FleetType type, String arn) {
    return Optional.ofNullable(of(type).get(arn));
  }

  public ObjectNode tree(FleetResource resource) {
    return trees.unpack(resource.packed());
  }

  public FleetChanges changes() {
    return changes;
  }

  /** Whether all resources of a type were read at least once. */
  public boolean isComplete(FleetType type) {
    lock.lock();
    try {
      return complete.contains(type);
    } finally {
      lock.unlock();
    }
  }

  /** Why resources of a type could not be read the last time. */
  public Optional<AwsFailure> failure(FleetType type) {
    lock.lock();
    try {
      return Optional.ofNullable(failures.get(type));
    } finally {
      lock.unlock();
    }
  }

  void put(FleetType type, String cluster, ObjectNode described, Instant readAt) {
    String arn = type.arn().text(described);
    byte[] packed = trees.pack(described);
    FleetResource old = of(type).get(arn);
    String group = type == FleetType.TASK ? GROUP.text(described) : "";
    String owner =
        group.startsWith(SERVICE) ? ownerOfService(arn, cluster, group, old) : tag(described);
    if (old != null && old.ownerTag().equals(owner) && Arrays.equals(old.packed(), packed)) {
      of(type).put(arn, old.readAgain(readAt));
      return;
    }
    FleetResource now =
        new FleetResource(type, arn, cluster, owner, group, readAt, changes.nextRevision(), packed);
    of(type).put(arn, now);
    changes.add(
        new FleetChanges.Change(
            now.revision(),
            old == null ? FleetChanges.Kind.ADDED : FleetChanges.Kind.MODIFIED,
            now));
  }

  /** Removes what is gone from ECS. */
  void removeIf(FleetType type, Predicate<FleetResource> gone) {
    List<FleetResource> removed = of(type).values().stream().filter(gone).toList();
    for (FleetResource resource : removed) {
      of(type).remove(resource.arn());
      changes.add(
          new FleetChanges.Change(changes.nextRevision(), FleetChanges.Kind.DELETED, resource));
    }
  }

  void readAll(FleetType type) {
    lock.lock();
    try {
      complete.add(type);
      failures.remove(type);
    } finally {
      lock.unlock();
    }
  }

  void failed(FleetType type, AwsFailure why) {
    lock.lock();
    try {
      failures.put(type, why);
    } finally {
      lock.unlock();
    }
  }

  /** The tag of the service that started a task; the last known one if the service is gone. */
  private String ownerOfService(
      String taskArn, String cluster, String group, @Nullable FleetResource old) {
    String before = old == null ? "" : old.ownerTag();
    return Arn.parse(taskArn)
        .map(
            arn ->
                new Arn(
                    arn.partition(),
                    arn.service(),
                    arn.region(),
                    arn.account(),
                    FleetType.SERVICE.arnType(),
                    List.of(cluster, group.substring(SERVICE.length()))))
        .flatMap(service -> find(FleetType.SERVICE, service.toString()))
        .map(FleetResource::ownerTag)
        .orElse(before);
  }

  private ConcurrentSkipListMap<String, FleetResource> of(FleetType type) {
    ConcurrentSkipListMap<String, FleetResource> all = resources.get(type);
    if (all == null) {
      throw new IllegalStateException("not a type of the fleet: " + type);
    }
    return all;
  }

  private String tag(ObjectNode described) {
    return TAGS.items(described)
        .filter(tag -> KEY.text(tag).equals(ownerTag))
        .map(VALUE::text)
        .findFirst()
        .orElse("");
  }
}

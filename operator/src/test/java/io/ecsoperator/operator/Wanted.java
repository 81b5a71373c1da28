package io.ecsoperator.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.crds.capacityprovider.EcsCapacityProvider;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.Policies;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** An object of namespace {@code shop} as a user applied it. */
public record Wanted(
    Supplier<EcsResource<?>> kind,
    Set<String> kubernetesMembers,
    String name,
    ObjectNode spec,
    long generation,
    Map<String, String> annotations,
    Optional<Instant> deletedAt,
    Set<String> releasedBy) {
  public static final String UID = "0b5b4d4e-8f4e-4f5e-9d5e-2f1c5a3e7d10";

  public static Wanted cluster(String spec) {
    return of(EcsCluster::new, Set.of(), spec);
  }

  public static Wanted capacityProvider(String spec) {
    return of(EcsCapacityProvider::new, Set.of("clusterRef"), spec);
  }

  public static Wanted taskDefinition(String spec) {
    return of(EcsTaskDefinition::new, Set.of("revisionHistoryLimit", "revisionCleanup"), spec);
  }

  public static Wanted service(String spec) {
    return of(
        EcsService::new,
        Set.of("clusterRef", "taskDefinitionRef", "dependsOn", "scale", "progressDeadlineSeconds"),
        spec);
  }

  public static Wanted task(String spec) {
    return of(
        EcsTask::new,
        Set.of(
            "clusterRef",
            "taskDefinitionRef",
            "template",
            "waitFor",
            "backoffLimit",
            "activeDeadlineSeconds",
            "ttlSecondsAfterFinished"),
        spec);
  }

  private static Wanted of(Supplier<EcsResource<?>> kind, Set<String> members, String spec) {
    return new Wanted(
        kind, members, "web", Trees.tree(spec), 1, Map.of(), Optional.empty(), Set.of());
  }

  public Wanted named(String name) {
    return new Wanted(
        kind, kubernetesMembers, name, spec, generation, annotations, deletedAt, releasedBy);
  }

  /** The same object with another spec, and so of the next generation. */
  public Wanted changedTo(String spec) {
    return new Wanted(
        kind,
        kubernetesMembers,
        name,
        Trees.tree(spec),
        generation + 1,
        annotations,
        deletedAt,
        releasedBy);
  }

  /** The same object with a further member of the spec, without a new generation. */
  public Wanted with(String member, String value) {
    ObjectNode more = spec.deepCopy().put(member, value);
    return new Wanted(
        kind, kubernetesMembers, name, more, generation, annotations, deletedAt, releasedBy);
  }

  public Wanted annotated(String key, String value) {
    Map<String, String> more = new HashMap<>(annotations);
    more.put("ecs-operator.io/" + key, value);
    return new Wanted(kind, kubernetesMembers, name, spec, generation, more, deletedAt, releasedBy);
  }

  public Wanted deletedAt(Instant when) {
    return new Wanted(
        kind,
        kubernetesMembers,
        name,
        spec,
        generation,
        annotations,
        Optional.of(when),
        releasedBy);
  }

  /** The same object with the consent of the owner, an object of the same kind, to a takeover. */
  public Wanted releasedBy(String owner) {
    return new Wanted(
        kind, kubernetesMembers, name, spec, generation, annotations, deletedAt, Set.of(owner));
  }

  public EcsResource<?> object() {
    EcsResource<?> object = kind.get();
    object.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("shop")
            .withName(name)
            .withUid(UID)
            .withGeneration(generation)
            .withAnnotations(annotations)
            .withDeletionTimestamp(deletedAt.map(Instant::toString).orElse(null))
            .build());
    object.setSpec(spec);
    return object;
  }

  public Desired desired() {
    Desired desired = Desired.of(object(), kubernetesMembers, Policies.Deletion.DELETE);
    return desired.releasedBy(
        releasedBy.stream()
            .map(owner -> new ObjectKey(desired.key().kind(), "shop", owner))
            .collect(Collectors.toSet()));
  }

  /** The context that a planner gets. */
  public <S extends EcsStatus> ReconcileContext<S> context(S status, Instant now) {
    return new ReconcileContext<>(
        desired(), status, status, false, true, EcsReader.Freshness.ANY, now);
  }
}

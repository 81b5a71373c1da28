package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.cache.AwsResource;
import io.ecsoperator.operator.desired.ReferenceField;
import io.ecsoperator.operator.status.EventReason;
import io.ecsoperator.plan.ComparableSchema;
import io.ecsoperator.plan.Plan;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A kind that says what a test has written down, and at last the same again and again. */
final class ScriptedKind implements Kind<EcsCluster, EcsClusterStatus, ScriptedKind.Seen> {
  /** There is nothing to observe. */
  record Seen() {}

  /** What the kind decides in one pass. */
  interface Line extends Function<ReconcileContext<EcsClusterStatus>, Decision<EcsClusterStatus>> {}

  private final Deque<Line> script = new ArrayDeque<>();
  private final List<ReconcileContext<EcsClusterStatus>> contexts = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();
  private boolean comparesFields = true;
  private boolean sameIntent = true;
  private Optional<ComparableSchema> schema = Optional.empty();

  ScriptedKind says(Line line) {
    script.add(line);
    return this;
  }

  ScriptedKind comparingNothing() {
    comparesFields = false;
    return this;
  }

  ScriptedKind comparedBy(ComparableSchema by) {
    schema = Optional.of(by);
    return this;
  }

  ScriptedKind wantingSomethingElseEachTime() {
    sameIntent = false;
    return this;
  }

  /** What it was shown so far. */
  List<ReconcileContext<EcsClusterStatus>> contexts() {
    return contexts;
  }

  /** Operations that certainly had no effect. */
  List<String> refused() {
    return refused;
  }

  @Override
  public Class<EcsCluster> type() {
    return EcsCluster.class;
  }

  @Override
  public Set<String> kubernetesMembers() {
    return Set.of();
  }

  @Override
  public EcsClusterStatus emptyStatus() {
    return new EcsClusterStatus(CommonStatus.unknown(), null, null, null);
  }

  @Override
  public boolean comparesFields() {
    return comparesFields;
  }

  @Override
  public Optional<ComparableSchema> schema() {
    return schema;
  }

  @Override
  public boolean sameIntent(EcsClusterStatus before, EcsClusterStatus intent) {
    return sameIntent;
  }

  @Override
  public List<ReferenceField> references() {
    return List.of();
  }

  @Override
  public List<AwsResource> awsResources() {
    return List.of();
  }

  @Override
  public EventReason eventReason(String operation) {
    return operation.startsWith("Create") ? EventReason.CREATED : EventReason.UPDATED;
  }

  @Override
  public Observer<EcsClusterStatus, Seen> observer() {
    return (context, ecs) -> new Seen();
  }

  @Override
  public Planner<EcsClusterStatus, Seen> planner() {
    return (context, seen) -> {
      contexts.add(context);
      return (script.size() > 1 ? script.remove() : script.element()).apply(context);
    };
  }

  @Override
  public EcsClusterStatus recordResponse(
      EcsClusterStatus status, Plan.Call call, ObjectNode answer, Instant now) {
    return new EcsClusterStatus(
        status.common(),
        answer.path("learned").asText(status.status()),
        status.clusterName(),
        null);
  }

  @Override
  public EcsClusterStatus onRejected(
      EcsClusterStatus before, EcsClusterStatus intent, Plan.Call call, AwsFailure failure) {
    refused.add(call.operation());
    return intent;
  }
}

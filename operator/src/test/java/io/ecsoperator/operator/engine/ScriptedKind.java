package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.plan.Action;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** A kind that says what a test has written down, and at last the same again and again. */
final class ScriptedKind implements KindReconciler<EcsCluster, EcsClusterStatus> {
  /** What is said at one look. */
  interface CallQueue
      extends Function<ReconcileContext<EcsClusterStatus>, Decision<EcsClusterStatus>> {}

  private final Deque<CallQueue> script = new ArrayDeque<>();
  private final List<ReconcileContext<EcsClusterStatus>> views = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();
  private boolean comparesFields = true;
  private boolean sameIntent = true;

  ScriptedKind says(CallQueue step) {
    script.add(step);
    return this;
  }

  ScriptedKind comparingNothing() {
    comparesFields = false;
    return this;
  }

  ScriptedKind wantingSomethingElseEachTime() {
    sameIntent = false;
    return this;
  }

  /** What it was shown so far. */
  List<ReconcileContext<EcsClusterStatus>> views() {
    return views;
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
  public EcsClusterStatus unknown() {
    return new EcsClusterStatus(CommonStatus.unknown(), null, null);
  }

  @Override
  public EcsClusterStatus withCommon(EcsClusterStatus status, CommonStatus common) {
    return new EcsClusterStatus(common, status.status(), status.clusterName());
  }

  @Override
  public boolean comparesFields() {
    return comparesFields;
  }

  @Override
  public boolean sameIntent(EcsClusterStatus before, EcsClusterStatus intent) {
    return sameIntent;
  }

  @Override
  public Decision<EcsClusterStatus> look(ReconcileContext<EcsClusterStatus> view, EcsReader ecs) {
    views.add(view);
    return (script.size() > 1 ? script.remove() : script.element()).apply(view);
  }

  @Override
  public EcsClusterStatus learn(
      EcsClusterStatus status, Action.Call call, ObjectNode answer, Instant now) {
    return new EcsClusterStatus(
        status.common(), answer.path("learned").asText(status.status()), status.clusterName());
  }

  @Override
  public EcsClusterStatus refused(EcsClusterStatus status, Action.Call call, AwsFailure failure) {
    refused.add(call.operation());
    return status;
  }
}

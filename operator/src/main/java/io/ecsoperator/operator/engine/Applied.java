package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.plan.Action;
import io.ecsoperator.plan.AppliedPaths;
import io.ecsoperator.plan.ComparableSchema;
import java.util.List;
import java.util.Optional;

/** The paths that were applied to ECS: what a three-way diff resets when the spec drops them. */
public final class Applied {
  private Applied() {}

  public static List<String> paths(CommonStatus status) {
    return Optional.ofNullable(status.appliedPaths()).orElse(List.of());
  }

  /**
   * The paths to record before calls are made: those that were applied and those that are about to
   * be. Paths that left the spec are dropped only after the calls have succeeded.
   */
  public static List<String> before(
      CommonStatus status, ComparableSchema schema, ObjectNode desired) {
    return AppliedPaths.beforeUpdate(paths(status), schema, desired);
  }

  /** The status after a successful call: a path that it reset is not reset again. */
  static CommonStatus after(CommonStatus status, Action.Call call) {
    return status.appliedPaths() == null
        ? status
        : status.withAppliedPaths(AppliedPaths.afterUpdate(status.appliedPaths(), call.changes()));
  }
}

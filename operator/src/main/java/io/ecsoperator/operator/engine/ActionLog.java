package io.ecsoperator.operator.engine;

import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.OutageEcs;
import io.ecsoperator.plan.Action;
import io.ecsoperator.plan.FieldChange;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** One line per action. It names the fields that changed and never shows their values. */
final class ActionLog {
  private static final Logger log = LoggerFactory.getLogger(PlanExecutor.class);

  /** More changes than these are only counted. */
  private static final int MOST_CHANGES = 20;

  void done(ObjectKey who, Action.Call call, Ecs.Response answer) {
    line(Level.INFO, who, call, answer.requestId(), "done").log("{} done", call.operation());
  }

  void failed(ObjectKey who, Action.Call call, AwsFailure failure) {
    String outcome = failure.failureClass().name().toLowerCase(Locale.ROOT);
    line(level(failure), who, call, failure.requestId(), outcome)
        .addKeyValue("code", failure.code())
        .addKeyValue("ambiguous", failure.ambiguous())
        .log("{} failed: {}", call.operation(), failure.message());
  }

  /**
   * A call that has to wait is no warning; one that is queued for quota, or not sent since ECS is
   * away, is only worth debugging.
   */
  private static Level level(AwsFailure failure) {
    if (failure.deferredUntil().isPresent() || failure.code().equals(OutageEcs.AWAY)) {
      return Level.DEBUG;
    }
    return switch (failure.failureClass()) {
      case THROTTLED, NO_CAPACITY, WAITING -> Level.INFO;
      case NOT_FOUND, TRANSIENT, BLOCKED -> Level.WARN;
    };
  }

  private static LoggingEventBuilder line(
      Level level, ObjectKey who, Action.Call call, Optional<String> requestId, String outcome) {
    LoggingEventBuilder line =
        log.atLevel(level)
            .addKeyValue("kind", who.kind())
            .addKeyValue("namespace", who.namespace())
            .addKeyValue("name", who.name())
            .addKeyValue("operation", call.operation())
            .addKeyValue("outcome", outcome);
    requestId.ifPresent(id -> line.addKeyValue("requestId", id));
    if (!call.changes().isEmpty()) {
      line.addKeyValue("changes", changes(call));
    }
    return line;
  }

  private static String changes(Action.Call call) {
    String shown =
        call.changes().stream()
            .limit(MOST_CHANGES)
            .map(FieldChange::path)
            .collect(Collectors.joining(","));
    int more = call.changes().size() - MOST_CHANGES;
    return more > 0 ? shown + ",… (" + more + " more)" : shown;
  }
}

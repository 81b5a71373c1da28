package io.ecsoperator.crds.task;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.Description;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.crds.FlatRecordDeserializer;
import io.ecsoperator.crds.FlatRecordSerializer;
import io.ecsoperator.crds.Internal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

@JsonSerialize(using = FlatRecordSerializer.class)
@JsonDeserialize(using = FlatRecordDeserializer.class)
public record EcsTaskStatus(
    @JsonUnwrapped CommonStatus common,
    @JsonUnwrapped AttemptStatus current,
    @JsonUnwrapped ObservedTask observed,
    @Description("Pending, Running, Succeeded or Failed; the last two are final.")
        @Nullable String phase,
    @Internal @Description("Reason of the Ready condition for the final phase.")
        @Nullable String outcome,
    @Description("When the first attempt began, RFC 3339.") @Nullable String firstStartedAt,
    @Description("When the object reached its final phase, RFC 3339.") @Nullable String finishedAt,
    @Description("Failed attempts, newest first; at most 5.")
        @Nullable List<TaskAttempt> failedAttempts)
    implements EcsStatus {

  /** The status before the first reconcile. */
  public static EcsTaskStatus unknown() {
    return new EcsTaskStatus(
        CommonStatus.unknown(),
        AttemptStatus.none(),
        ObservedTask.unknown(),
        null,
        null,
        null,
        null,
        null);
  }

  @Override
  public EcsTaskStatus withCommon(CommonStatus common) {
    return new EcsTaskStatus(
        common, current, observed, phase, outcome, firstStartedAt, finishedAt, failedAttempts);
  }

  public EcsTaskStatus withCurrent(AttemptStatus current) {
    return new EcsTaskStatus(
        common, current, observed, phase, outcome, firstStartedAt, finishedAt, failedAttempts);
  }

  public EcsTaskStatus withObserved(ObservedTask observed, @Nullable String phase) {
    return new EcsTaskStatus(
        common, current, observed, phase, outcome, firstStartedAt, finishedAt, failedAttempts);
  }

  /** The status with which a new attempt begins. */
  public EcsTaskStatus attempting(AttemptStatus attempt) {
    return new EcsTaskStatus(
        common,
        attempt,
        ObservedTask.unknown(),
        "Pending",
        null,
        firstStartedAt == null ? attempt.attemptStartedAt() : firstStartedAt,
        null,
        failedAttempts);
  }

  /** The status with a final phase; no attempt follows. */
  public EcsTaskStatus finished(
      String phase, String outcome, String finishedAt, List<TaskAttempt> failedAttempts) {
    return new EcsTaskStatus(
        common,
        current,
        observed,
        phase,
        outcome,
        firstStartedAt,
        finishedAt,
        failedAttempts.isEmpty() ? null : failedAttempts);
  }

  public EcsTaskStatus withFailedAttempts(List<TaskAttempt> failedAttempts) {
    return new EcsTaskStatus(
        common, current, observed, phase, outcome, firstStartedAt, finishedAt, failedAttempts);
  }

  @Override
  public List<String> seenByOthers() {
    return List.of(String.valueOf(phase), String.valueOf(current.isPinned()));
  }

  @Override
  public boolean hasSucceeded() {
    return "Succeeded".equals(phase);
  }

  @Override
  public String summary() {
    return observed.exitCode() == null
        ? Objects.requireNonNullElse(observed.lastStatus(), "")
        : "exit code " + observed.exitCode();
  }

  @Override
  public Optional<String> usedArn(String field) {
    String used =
        switch (field) {
          case "taskDefinitionRef", "template" -> current.taskDefinition();
          case "clusterRef" -> current.cluster();
          default -> null;
        };
    return Optional.ofNullable(used).filter(arn -> current.isPinned());
  }

  /** A first attempt that ECS has not accepted uses nothing; a repeated one keeps its revision. */
  @Override
  public boolean uses(String member) {
    boolean finished = "Succeeded".equals(phase) || "Failed".equals(phase);
    return !finished && current.isPinned();
  }
}

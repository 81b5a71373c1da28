package io.ecsoperator.operator.kinds.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.task.AttemptStatus;
import io.ecsoperator.crds.task.EcsTaskStatus;
import io.ecsoperator.crds.task.ObservedTask;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a task's status that decides whether the task runs again, as JSON. Users may write
 * annotations, so it names no task, no cluster and no task definition: a task is believed to be the
 * object's only if ECS says so, and what runs where is for the spec to say, which admission
 * policies check.
 */
final class RunRecord {
  /** The operator's tokens: the uid that the object had, the attempt, the placement failures. */
  private static final Pattern CLIENT_TOKEN =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}/[0-9]{1,9}/[0-9]{1,9}");

  private static final Instant END = Instant.parse("9999-01-01T00:00:00Z");

  private final ObjectMapper json = new ObjectMapper();

  /** Empty before the first attempt. A token that ECS refused is not in it any more. */
  Optional<String> of(EcsTaskStatus status) {
    boolean ended = TaskPlanner.isFinal(status);
    if (!ended && status.current().attempt() == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          json.writeValueAsString(
              recorded(
                  CommonStatus.unknown(), status, ended ? status.phase() : TaskPlanner.PENDING)));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The status with what the record has; unchanged if it cannot be read. */
  EcsTaskStatus restore(EcsTaskStatus status, String record) {
    try {
      EcsTaskStatus read = json.readValue(record, EcsTaskStatus.class);
      return read != null && isValid(read) ? recorded(status.common(), read, read.phase()) : status;
    } catch (JsonProcessingException | DateTimeParseException e) {
      return status;
    }
  }

  private static EcsTaskStatus recorded(
      CommonStatus common, EcsTaskStatus status, @Nullable String phase) {
    return new EcsTaskStatus(
        common,
        status.current().unpinned(),
        ObservedTask.unknown(),
        phase,
        status.outcome(),
        status.firstStartedAt(),
        status.finishedAt(),
        Optional.ofNullable(status.failedAttempts())
            .filter(attempts -> !attempts.isEmpty())
            .map(attempts -> List.of(attempts.getFirst()))
            .orElse(null));
  }

  private static boolean isValid(EcsTaskStatus read) {
    AttemptStatus current = read.current();
    if (current.attempt() == null || read.phase() == null || read.firstStartedAt() == null) {
      return false;
    }
    if (!isTime(read.firstStartedAt())) {
      return false;
    }
    if (TaskPlanner.isFinal(read)) {
      return read.finishedAt() != null && isTime(read.finishedAt());
    }
    return current.attempt() > 0
        && (current.clientToken() == null || CLIENT_TOKEN.matcher(current.clientToken()).matches())
        && (current.clientTokenSentAt() == null || isTime(current.clientTokenSentAt()));
  }

  /** Whether times that a spec adds to it, and differences to it, are possible. */
  private static boolean isTime(String text) {
    Instant time = Instant.parse(text);
    return !time.isBefore(Instant.EPOCH) && time.isBefore(END);
  }
}

package io.ecsoperator.operator.status;

import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.Condition;
import io.ecsoperator.operator.CutText;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.secrets.Redaction;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The conditions of an object, as kubectl, kstatus, Helm, Flux and Argo CD read them. */
public final class Conditions {
  public static final String READY = "Ready";
  public static final String RECONCILING = "Reconciling";
  public static final String STALLED = "Stalled";
  public static final String SYNCED = "Synced";
  public static final String PAUSED = "Paused";

  private static final String AVAILABLE = "Available";

  /** In bytes: a condition is for people, and every change of the object carries it. */
  private static final int MAX_MESSAGE = 1024;

  private static final String NO_FAILURE = "The last call to AWS worked.";

  private Conditions() {}

  /**
   * @param previous the conditions so far; one whose status stays keeps its transition time
   * @param generation the generation of the spec that the state speaks of
   */
  public static List<Condition> of(
      ObjectState state, List<Condition> previous, long generation, Instant now) {
    ReadyState readyState = state.readyState();
    var conditions = new Builder(previous, generation, now);
    conditions.add(
        state.mainCondition().type(),
        readyState instanceof ReadyState.Ready,
        readyState.reason(),
        readyState.message());
    conditions.add(
        RECONCILING,
        readyState instanceof ReadyState.Reconciling,
        readyState.reason(),
        readyState instanceof ReadyState.Reconciling
            ? readyState.message()
            : "No operation is in progress.");
    conditions.add(
        STALLED,
        readyState instanceof ReadyState.Stalled,
        readyState.reason(),
        readyState instanceof ReadyState.Stalled
            ? readyState.message()
            : "No action of a user is needed.");
    state
        .available()
        .ifPresentOrElse(
            serving ->
                conditions.add(
                    AVAILABLE,
                    serving,
                    serving ? Reason.SERVING : Reason.NOT_SERVING,
                    serving ? "At least one task is running." : "No task is running."),
            () -> conditions.keep(AVAILABLE));
    Optional<AwsFailure> failure = state.failure();
    if (failure.flatMap(AwsFailure::deferredUntil).isPresent() && conditions.has(SYNCED)) {
      // The call was not sent: Synced is about the call before it.
      conditions.keep(SYNCED);
    } else {
      failure
          .filter(call -> call.deferredUntil().isEmpty())
          .ifPresentOrElse(
              call ->
                  conditions.add(
                      SYNCED, false, FailureStates.reason(call), FailureStates.describe(call)),
              () -> conditions.add(SYNCED, true, Reason.CALL_SUCCEEDED, NO_FAILURE));
    }
    if (state.mainCondition() != Main.READY || state.paused()) {
      conditions.add(
          "Drifted",
          state.drifted(),
          state.drifted() ? Reason.CHANGES_PENDING : Reason.NO_CHANGES,
          state.drifted()
              ? "ECS differs from the spec; status.plan says what would be done."
              : "ECS is as the spec asks.");
    }
    if (state.paused()) {
      conditions.add(
          PAUSED,
          true,
          Reason.PAUSE_REQUESTED,
          "Nothing is changed until the annotation ecs-operator.io/paused is removed.");
    }
    return conditions.list;
  }

  public static Optional<Condition> find(List<Condition> conditions, String type) {
    return conditions.stream().filter(condition -> condition.type().equals(type)).findFirst();
  }

  public static Optional<Condition> find(CommonStatus status, String type) {
    return Optional.ofNullable(status.conditions()).flatMap(conditions -> find(conditions, type));
  }

  /** Whether a condition Synced is about a failure of the same code. */
  public static boolean isAbout(Condition synced, AwsFailure failure) {
    return synced.status().equals("False")
        && synced.message().contains(FailureStates.failedWith(failure));
  }

  /** Which of the exclusive conditions holds, and of a Stalled one its reason, for the log. */
  static String summary(CommonStatus status) {
    return find(status, STALLED)
        .filter(stalled -> stalled.status().equals("True"))
        .map(stalled -> STALLED + ": " + stalled.reason())
        .or(() -> isTrue(status, RECONCILING) ? Optional.of(RECONCILING) : Optional.empty())
        .or(
            () ->
                Stream.of(Main.values())
                    .map(Main::type)
                    .filter(type -> isTrue(status, type))
                    .findFirst())
        .orElse("not " + READY);
  }

  public static boolean isTrue(CommonStatus status, String type) {
    return has(status, type, "True");
  }

  public static boolean isFalse(CommonStatus status, String type) {
    return has(status, type, "False");
  }

  private static boolean has(CommonStatus status, String type, String value) {
    return find(status, type).filter(condition -> condition.status().equals(value)).isPresent();
  }

  private static final class Builder {
    private final List<Condition> previous;
    private final long generation;
    private final Instant now;
    private final List<Condition> list = new ArrayList<>();

    /** Several conditions of an object have the same message. */
    private final Map<String, String> shown = new HashMap<>();

    Builder(List<Condition> previous, long generation, Instant now) {
      this.previous = previous;
      this.generation = generation;
      this.now = now;
    }

    boolean has(String type) {
      return find(previous, type).isPresent();
    }

    /** Keeps a condition that this reconcile does not decide. */
    void keep(String type) {
      find(previous, type).ifPresent(list::add);
    }

    void add(String type, boolean holds, Reason reason, String message) {
      String status = holds ? "True" : "False";
      String since =
          find(previous, type)
              .filter(old -> old.status().equals(status))
              .map(Condition::lastTransitionTime)
              .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
      list.add(
          new Condition(
              type,
              status,
              reason.toString(),
              shown.computeIfAbsent(message, Builder::shown),
              generation,
              since));
    }

    private static String shown(String message) {
      return CutText.of(Redaction.ofForms(message), MAX_MESSAGE);
    }
  }

  /**
   * The condition that says how an object is, named after what the operator does for it. An object
   * that is not managed has no Ready, so that nothing waits for it to become Ready.
   */
  public enum Main {
    READY("Ready"),
    PLANNED("Planned"),
    OBSERVED("Observed");

    private final String type;

    Main(String type) {
      this.type = type;
    }

    /** The type of the condition. */
    public String type() {
      return type;
    }
  }

  /**
   * What the conditions of an object are made of.
   *
   * @param available whether at least one task runs; empty for a kind that serves nothing
   * @param failure of the last call to AWS; empty when it worked
   * @param drifted whether ECS differs from the spec while policy or a pause forbids a change
   */
  public record ObjectState(
      Main mainCondition,
      boolean paused,
      ReadyState readyState,
      Optional<Boolean> available,
      Optional<AwsFailure> failure,
      boolean drifted) {

    /** An object whose last call to AWS worked and that has not drifted. */
    public static ObjectState of(Main mainCondition, boolean paused, ReadyState readyState) {
      return new ObjectState(
          mainCondition, paused, readyState, Optional.empty(), Optional.empty(), false);
    }

    public ObjectState withAvailable(Optional<Boolean> available) {
      return new ObjectState(mainCondition, paused, readyState, available, failure, drifted);
    }

    public ObjectState withFailure(AwsFailure failure) {
      return new ObjectState(
          mainCondition, paused, readyState, available, Optional.of(failure), drifted);
    }

    public ObjectState withDrift() {
      return new ObjectState(mainCondition, paused, readyState, available, failure, true);
    }
  }
}

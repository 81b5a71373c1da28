package io.ecsoperator.demo;

import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The state of an object, from its status.
 *
 * @param reason of its Ready condition
 * @param detail the summary of its status, such as running tasks, revision or exit code
 * @param message of its Ready condition
 */
record ObjectState(
    String kind, String name, Readiness readiness, String reason, String detail, String message) {

  /** Characters that would steer the terminal, or change the direction of its text. */
  private static final Pattern UNSAFE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

  /** The texts come from users and from AWS. */
  ObjectState {
    reason = printable(reason);
    detail = printable(detail);
    message = printable(message);
  }

  private static String printable(String text) {
    return UNSAFE.matcher(text).replaceAll(" ");
  }

  enum Readiness {
    READY("True"),
    UNDER_WAY("False"),
    STALLED("False"),
    UNKNOWN("Unknown");

    /** The status of the condition. */
    final String status;

    Readiness(String status) {
      this.status = status;
    }
  }

  static ObjectState of(EcsResource<? extends EcsStatus> object) {
    String kind = object.getKind();
    String name = object.getMetadata().getName();
    EcsStatus status = object.getStatus();
    // A condition of an earlier generation is about an earlier spec.
    List<Condition> conditions =
        Optional.ofNullable(status).map(s -> s.common().conditions()).orElse(List.of()).stream()
            .filter(
                c -> Objects.equals(c.observedGeneration(), object.getMetadata().getGeneration()))
            .toList();
    String detail = status == null ? "" : status.summary();
    return named("Ready", conditions)
        .map(
            ready ->
                new ObjectState(
                    kind,
                    name,
                    readiness(ready, conditions),
                    ready.reason(),
                    detail,
                    ready.message()))
        .orElseGet(() -> new ObjectState(kind, name, Readiness.UNKNOWN, "", detail, ""));
  }

  /** As {@code kubectl apply --output=name} names it, without the group. */
  String key() {
    return kind.toLowerCase(Locale.ROOT) + "/" + name;
  }

  boolean isReady() {
    return readiness == Readiness.READY;
  }

  private static Optional<Condition> named(String type, List<Condition> conditions) {
    return conditions.stream().filter(condition -> condition.type().equals(type)).findFirst();
  }

  private static Readiness readiness(Condition ready, List<Condition> conditions) {
    if (ready.status().equals("True")) {
      return Readiness.READY;
    }
    return named("Stalled", conditions).filter(c -> c.status().equals("True")).isPresent()
        ? Readiness.STALLED
        : Readiness.UNDER_WAY;
  }
}

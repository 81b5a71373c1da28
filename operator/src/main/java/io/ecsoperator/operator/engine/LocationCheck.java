package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.AwsLocation;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.cache.EcsReaders;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.ReferenceField;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import java.util.List;
import java.util.Optional;

/**
 * Stops an operator that was started for another account or region from writing: it cannot see the
 * object's resource there, but the resource still exists.
 */
final class LocationCheck {
  static final AwsFailure NO_ANSWER =
      AwsFailure.of(
          "DescribeClusters",
          FailureClass.TRANSIENT,
          "NoAnswer",
          "ECS has not answered yet, so the account behind the credentials is not known.");

  private final EcsReaders ecs;

  LocationCheck(EcsReaders ecs) {
    this.ecs = ecs;
  }

  /** Why the operator must not write for an object with this status; empty if it may. */
  <S extends EcsStatus> Optional<Decision<S>> validate(Desired desired, S status) {
    Optional<String> recorded = recorded(status);
    if (recorded.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> current = current();
    if (current.isEmpty()) {
      return Optional.of(Decision.unknown(status, noAnswer()));
    }
    if (current.equals(recorded)) {
      return Optional.empty();
    }
    return Optional.of(
        desired.retains()
            ? new Decision.Released<>(status)
            : Decision.done(status, wrongAccount(recorded.get(), current.get())));
  }

  /** Why ECS would refuse what the spec names; empty if nothing of it is elsewhere. */
  Optional<ReadyState> foreign(Desired desired, List<ReferenceField> fields) {
    return current()
        .flatMap(
            here ->
                fields.stream()
                    .flatMap(
                        field ->
                            field
                                .values(desired.aws())
                                .flatMap(value -> AwsLocation.ofArn(value).stream())
                                .map(AwsLocation::toString)
                                .filter(there -> !there.equals(here))
                                .map(there -> elsewhere(field.member(), there, here)))
                    .findFirst());
  }

  /** Why the location is not known. */
  AwsFailure noAnswer() {
    return ecs.failure().orElse(NO_ANSWER);
  }

  /** The location that calls go to; empty until ECS has answered once. */
  Optional<String> current() {
    return ecs.location().map(AwsLocation::toString);
  }

  /** Before there is an ARN there is only what was recorded before the first call. */
  private static Optional<String> recorded(EcsStatus status) {
    return Optional.ofNullable(status.common().arn())
        .flatMap(AwsLocation::ofArn)
        .map(AwsLocation::toString)
        .or(() -> Optional.ofNullable(status.common().awsLocation()));
  }

  private static ReadyState elsewhere(String member, String there, String here) {
    return new ReadyState.Stalled(
        Reason.WRONG_ACCOUNT,
        "%s is in %s, but the operator runs for %s: name one of that account and region."
            .formatted(member, there, here));
  }

  private static ReadyState wrongAccount(String recorded, String here) {
    return new ReadyState.Stalled(
        Reason.WRONG_ACCOUNT,
        "The resource is in "
            + recorded
            + ", but the operator runs for "
            + here
            + ": run it for the account and region of the resource again, or delete this"
            + " object with deletionPolicy: Retain.");
  }
}

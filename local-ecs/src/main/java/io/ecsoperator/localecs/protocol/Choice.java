package io.ecsoperator.localecs.protocol;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.LaunchType;

/** Validates enumerated members of requests. */
public final class Choice {
  private Choice() {}

  /**
   * Refuses a value that is not in {@code allowed}.
   *
   * @param what ECS's name of the member, for example {@code launch type}
   * @param value as in the request, or null when it was left out
   */
  public static <E extends Enum<E>> void check(
      String what, @Nullable String value, List<E> allowed) {
    if (value != null && names(allowed).noneMatch(value::equals)) {
      throw EcsError.invalidParameter(
          what + " should be one of [" + String.join(",", names(allowed).toList()) + "]");
    }
  }

  /** Refuses an unknown launch type. */
  public static void checkLaunchType(@Nullable String value) {
    if (value != null && names(List.of(LaunchType.values())).noneMatch(value::equals)) {
      throw EcsError.invalidParameter(
          // ECS's message names one value more than its model has.
          "launch type should be one of [EC2,FARGATE,EXTERNAL,FMI,MANAGED_INSTANCES]");
    }
  }

  private static <E extends Enum<E>> Stream<String> names(List<E> allowed) {
    return allowed.stream()
        // The SDK's constant for values it does not know; its toString() is "null".
        .filter(value -> !value.name().equals("UNKNOWN_TO_SDK_VERSION"))
        .map(Object::toString);
  }
}

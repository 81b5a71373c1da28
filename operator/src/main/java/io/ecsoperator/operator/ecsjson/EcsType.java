package io.ecsoperator.operator.ecsjson;

import java.util.List;
import java.util.stream.Stream;

/**
 * A type of the ECS API. A test checks that the AWS SDK's model has it.
 *
 * @param names as in the SDK's model, for example {@code Service} or {@code StopTaskRequest};
 *     several if they have the members in common
 */
public record EcsType(List<String> names) {
  public EcsType {
    names = List.copyOf(names);
  }

  /** A type with a name of its own, such as {@code Service}. */
  public static EcsType of(String name) {
    return new EcsType(List.of(name));
  }

  /** The request of an operation, or what the requests of several operations have in common. */
  public static EcsType request(String... operations) {
    return new EcsType(Stream.of(operations).map(operation -> operation + "Request").toList());
  }

  /** The response to an operation. */
  public static EcsType response(String operation) {
    return of(operation + "Response");
  }

  /**
   * A member of the type. Keep it in a static field: the test that compares it with the SDK's model
   * finds it there.
   */
  public EcsMember member(String name) {
    return new EcsMember(this, name);
  }
}

package io.ecsoperator.crds;

import java.util.List;
import java.util.Optional;

/** The status of any kind. */
public interface EcsStatus {
  /** The part that all kinds share. */
  CommonStatus common();

  /** What counts for the kind, in a few words, as a table shows it; empty while unknown. */
  String summary();

  /** What objects that refer to this one, or that it refers to, read beside its ARN. */
  default List<String> seenByOthers() {
    return List.of();
  }

  /**
   * ARN of a referred resource that this object's own resource uses now.
   *
   * @param field the member of the spec that refers to it, such as {@code taskDefinitionRef}
   * @return empty where the resource uses none, or where the kind does not record it
   */
  default Optional<String> usedArn(String field) {
    return Optional.empty();
  }

  /** Whether the object's work has ended for good, so that it uses nothing that it refers to. */
  default boolean isFinished() {
    return false;
  }
}

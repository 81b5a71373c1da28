package io.ecsoperator.crds;

import java.util.List;
import java.util.Optional;

/** The status of any kind. */
public interface EcsStatus {
  /** The members that all kinds share. */
  CommonStatus common();

  /** The same status, of the same type, with other common members. */
  EcsStatus withCommon(CommonStatus common);

  /** The most important value of the status as a short text for a table; empty while unknown. */
  String summary();

  /** The values, besides the ARN, that objects on the other side of a reference depend on. */
  default List<String> seenByOthers() {
    return List.of();
  }

  /** Whether the object was there to run once, and did so with success. */
  default boolean hasSucceeded() {
    return false;
  }

  /** ARN of the resource once the pending plan is carried out; empty where there is none before. */
  default Optional<String> plannedArn() {
    return Optional.ofNullable(common().arn());
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

  /**
   * Whether the object has something in ECS, or may have it since a call was begun, that uses what
   * the object refers to.
   *
   * @param member the member of the spec, or the list, that names the referred resource to ECS
   */
  default boolean uses(String member) {
    return common().arn() != null || common().awsLocation() != null;
  }

  /**
   * Whether this object's own resource uses the one with the name, where the spec refers to it by
   * name; true where the kind does not record it.
   */
  default boolean usesByName(String name) {
    return true;
  }
}

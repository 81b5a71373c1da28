package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Whether a text member of a resource has a certain value.
 *
 * @param path members only, for example {@code deploymentController.type}
 */
public record Condition(String path, String value) {

  /** Whether it holds for a tree. */
  boolean holds(JsonNode tree) {
    JsonNode at = tree;
    for (String member : path.split("\\.")) {
      at = at.path(member);
    }
    return at.asText("").equals(value);
  }

  /**
   * Whether it will hold once the resource is as desired: by the desired value, or the observed one
   * if the desired side does not set the member.
   *
   * @param resource the pair of whole trees
   */
  public boolean holds(FieldPair resource) {
    FieldPair at = resource;
    for (String member : path.split("\\.")) {
      at = at.member(member);
    }
    return Values.or(at.desired(), at.observed()).asText("").equals(value);
  }
}

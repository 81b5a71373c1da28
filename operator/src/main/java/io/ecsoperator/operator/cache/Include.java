package io.ecsoperator.operator.cache;

/**
 * A member of a description that ECS shows only if the request asks for it.
 *
 * @param value what the request's {@code include} says
 * @param member the member of the description that it adds
 */
public record Include(String value, String member) {
  public static final Include TAGS = new Include("TAGS", "tags");
}

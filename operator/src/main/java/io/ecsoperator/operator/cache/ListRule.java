package io.ecsoperator.operator.cache;

/** How ECS lists the resources of one type. */
public sealed interface ListRule {
  /** The list that shows all ACTIVE resources, of one cluster if the resources live in clusters. */
  ListQuery query();

  /**
   * A list of names. The cache reads it from time to time to notice resources that were deleted,
   * and to count those that no object asks for.
   */
  record Names(ListQuery query) implements ListRule {}

  /**
   * A list of {@code name:version} of resources that can only be described one by one. Where that
   * saves calls, the list replaces descriptions: it shows which versions are ACTIVE, and which
   * names have no ACTIVE version.
   */
  record Versions(ListQuery query) implements ListRule {}
}

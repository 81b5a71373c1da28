package io.ecsoperator.plan;

/** What has to be known of a field to compare it as ECS does: how it is built, or a rule. */
public sealed interface Equivalence {

  /** A rule of its own decides whether two values are equivalent. */
  @FunctionalInterface
  non-sealed interface Rule extends Equivalence {
    boolean same(FieldPair field);
  }

  /** An object, each member a field of its own. */
  record Members() implements Equivalence {}

  /** A list that is one value, its order included. */
  record Ordered() implements Equivalence {}

  /** A list that is one value; ECS may return it in another order. */
  record Unordered() implements Equivalence {}

  /** A list of objects, each a field of its own, identified by one member. */
  record Keyed(String key) implements Equivalence {}

  /** A list of pairs: each key a field of its own, with one value. */
  record Pairs(String key, String value) implements Equivalence {}

  /** An object with names of the user's own; even an empty value is a value. */
  record Entries() implements Equivalence {}
}

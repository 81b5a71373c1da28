package io.ecsoperator.plan;

import java.util.function.Predicate;

/** What has to be known of a field to compare it as ECS does: how it is built, or a rule. */
public sealed interface Equivalence {

  /** A rule of its own decides whether two values are equivalent. */
  @FunctionalInterface
  non-sealed interface Rule extends Equivalence {
    boolean same(FieldPair field);
  }

  /**
   * A field that ECS does not show, or not always in the form in which it was asked for. Where that
   * is so, it is compared with the value that was applied last.
   *
   * @param notShown whether the observed side says nothing of the value
   * @param shown how it is compared otherwise
   */
  record AsApplied(Predicate<FieldPair> notShown, Equivalence shown) implements Equivalence {}

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

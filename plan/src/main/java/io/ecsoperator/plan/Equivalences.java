package io.ecsoperator.plan;

import io.ecsoperator.plan.Equivalences.Equivalence.AsApplied;
import io.ecsoperator.plan.Equivalences.Equivalence.Pairs;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which values ECS treats as equal, a line for each field that has a rule of its own.
 *
 * <p>Fields without a line: an object is compared member by member; a list is one value, in order;
 * {@code false}, an empty text, list or object is the same as leaving the member out; 1 is 1.0.
 * Tags are pairs in every resource and need no line.
 *
 * @param lines by pattern, which is a field path with keys left open: {@code volumes[].driver}
 */
public record Equivalences(Map<String, Equivalence> lines) {
  /** A list of tags. */
  public static final Pairs TAGS = new Pairs("key", "value");

  public Equivalences {
    lines = Map.copyOf(lines);
  }

  /** The rule of a field; empty when the general ones are enough. */
  Optional<Equivalence> at(String pattern) {
    return pattern.equals(FieldPath.TAGS)
        ? Optional.of(TAGS)
        : Optional.ofNullable(lines.get(pattern));
  }

  /** Whether the field is remembered by its value. */
  boolean isAsApplied(FieldPath path) {
    return at(path.pattern()).orElse(null) instanceof AsApplied;
  }

  /** What has to be known of a field to compare it as ECS does: how it is built, or a rule. */
  public sealed interface Equivalence {

    /** A rule of its own decides whether two values are equivalent. */
    @FunctionalInterface
    non-sealed interface Rule extends Equivalence {
      boolean same(FieldPair field);
    }

    /**
     * A field that ECS does not show, or not always in the form in which it was asked for. Where
     * that is so, it is compared with the value that was applied last.
     *
     * @param notShown whether the observed side says nothing of the value
     * @param shown how it is compared otherwise
     */
    record AsApplied(Predicate<FieldPair> notShown, Equivalence shown) implements Equivalence {}

    /** An object, each member a field of its own. */
    record Members() implements Equivalence {}

    /** A list that is one value, its order included. */
    record Ordered() implements Equivalence {}

    /** A set that is one value: ECS may return it in another order, and an item twice or once. */
    record Unordered() implements Equivalence {}

    /** A list of objects, each a field of its own, identified by one member. */
    record Keyed(String key) implements Equivalence {}

    /** A list of pairs: each key a field of its own, with one value. */
    record Pairs(String key, String value) implements Equivalence {}

    /** An object with names of the user's own; even an empty value is a value. */
    record Entries() implements Equivalence {}
  }
}

package io.ecsoperator.plan;

import io.ecsoperator.plan.Equivalence.AsApplied;
import io.ecsoperator.plan.Equivalence.Pairs;
import java.util.Map;
import java.util.Optional;

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
}

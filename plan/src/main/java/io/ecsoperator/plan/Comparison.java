package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.plan.Equivalence.Entries;
import io.ecsoperator.plan.Equivalence.Keyed;
import io.ecsoperator.plan.Equivalence.Members;
import io.ecsoperator.plan.Equivalence.Ordered;
import io.ecsoperator.plan.Equivalence.Pairs;
import io.ecsoperator.plan.Equivalence.Rule;
import io.ecsoperator.plan.Equivalence.Unordered;
import io.ecsoperator.plan.FieldPath.Key;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Walks two trees together and collects the fields that differ. */
final class Comparison {

  /** What it means that the desired side says nothing about a field. */
  enum Silence {
    /** The field is not ours, whatever it holds. */
    NOT_OURS,
    /** The field is to be unset. */
    UNSET
  }

  private static final Rule GENERAL = sides -> Values.same(sides.desired(), sides.observed());

  private final Equivalences equivalences;
  private final Predicate<FieldPath> ignored;
  private final Tree tree;

  Comparison(Equivalences equivalences, Predicate<FieldPath> ignored) {
    this.equivalences = equivalences;
    this.ignored = ignored;
    this.tree = new Tree(equivalences);
  }

  List<FieldChange> changes(FieldPath path, FieldPair sides, Silence silence) {
    if (ignored.test(path)) {
      return List.of();
    }
    return switch (meaning(path, sides)) {
      case Rule rule -> unless(rule.same(sides), path, sides);
      case Ordered _ -> unless(sameInOrder(path, sides), path, sides);
      case Unordered _ -> unless(sameInAnyOrder(path, sides), path, sides);
      case Members _ -> members(path, sides, silence);
      case Keyed _, Pairs _, Entries _ -> fields(path, sides, silence);
    };
  }

  private Equivalence meaning(FieldPath path, FieldPair sides) {
    return equivalences.at(path.pattern()).orElseGet(() -> general(sides));
  }

  private static Equivalence general(FieldPair sides) {
    if (sides.desired().isObject() || sides.observed().isObject()) {
      return new Members();
    }
    return sides.desired().isArray() || sides.observed().isArray() ? new Ordered() : GENERAL;
  }

  private static List<FieldChange> unless(boolean same, FieldPath path, FieldPair sides) {
    return same
        ? List.of()
        : List.of(new FieldChange(path.toString(), sides.observed(), sides.desired()));
  }

  /** An object that one side does not have at all is one change, not one for each member. */
  private List<FieldChange> members(FieldPath path, FieldPair sides, Silence silence) {
    List<FieldChange> changes = fields(path, sides, silence);
    boolean whole = sides.desired().isMissingNode() || sides.observed().isMissingNode();
    return whole ? unless(changes.isEmpty(), path, sides) : changes;
  }

  private List<FieldChange> fields(FieldPath path, FieldPair sides, Silence silence) {
    Map<FieldPath, JsonNode> wanted = tree.below(path, sides.desired());
    Map<FieldPath, JsonNode> found = tree.below(path, sides.observed());
    Set<FieldPath> paths = new LinkedHashSet<>(wanted.keySet());
    if (silence == Silence.UNSET) {
      paths.addAll(found.keySet());
    }
    List<FieldChange> changes = new ArrayList<>();
    for (FieldPath field : paths) {
      FieldPair below =
          sides.below(
              wanted.getOrDefault(field, Values.MISSING),
              found.getOrDefault(field, Values.MISSING));
      // An item or entry that is there says something by its key alone, even if it is else empty.
      boolean onOneSide = field.last() instanceof Key && below.isOnOneSide();
      changes.addAll(
          onOneSide ? unless(ignored.test(field), field, below) : changes(field, below, silence));
    }
    return changes;
  }

  private boolean sameInOrder(FieldPath path, FieldPair lists) {
    List<JsonNode> wanted = items(lists.desired());
    List<JsonNode> found = items(lists.observed());
    if (wanted.size() != found.size()) {
      return false;
    }
    for (int i = 0; i < wanted.size(); i++) {
      if (!sameItem(path, lists.below(wanted.get(i), found.get(i)))) {
        return false;
      }
    }
    return true;
  }

  private boolean sameInAnyOrder(FieldPath path, FieldPair lists) {
    List<JsonNode> wanted = items(lists.desired());
    List<JsonNode> found = new ArrayList<>(items(lists.observed()));
    return wanted.size() == found.size()
        && wanted.stream().allMatch(item -> removeFirstSame(path, lists, item, found));
  }

  private boolean removeFirstSame(
      FieldPath path, FieldPair lists, JsonNode wanted, List<JsonNode> found) {
    for (Iterator<JsonNode> candidates = found.iterator(); candidates.hasNext(); ) {
      if (sameItem(path, lists.below(wanted, candidates.next()))) {
        candidates.remove();
        return true;
      }
    }
    return false;
  }

  /** Inside a list that is one value there are no fields of others: silence means unset. */
  private boolean sameItem(FieldPath list, FieldPair item) {
    return item.desired().isObject() && item.observed().isObject()
        ? new Comparison(equivalences, nothing -> false)
            .changes(list.key(""), item, Silence.UNSET)
            .isEmpty()
        : Values.equal(item.desired(), item.observed());
  }

  /** The items that say something: ECS drops empty objects, but not empty texts. */
  private static List<JsonNode> items(JsonNode list) {
    List<JsonNode> items = new ArrayList<>();
    list.forEach(
        item -> {
          if (!item.isNull() && !(item.isObject() && item.isEmpty())) {
            items.add(item);
          }
        });
    return items;
  }
}

package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.plan.Equivalences.Equivalence;
import io.ecsoperator.plan.Equivalences.Equivalence.AsApplied;
import io.ecsoperator.plan.Equivalences.Equivalence.Entries;
import io.ecsoperator.plan.Equivalences.Equivalence.Keyed;
import io.ecsoperator.plan.Equivalences.Equivalence.Members;
import io.ecsoperator.plan.Equivalences.Equivalence.Ordered;
import io.ecsoperator.plan.Equivalences.Equivalence.Pairs;
import io.ecsoperator.plan.Equivalences.Equivalence.Rule;
import io.ecsoperator.plan.Equivalences.Equivalence.Unordered;
import io.ecsoperator.plan.FieldPath.Key;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Walks two trees together and collects the fields that differ. */
final class TreeComparison {

  /** What it means if the desired side does not have a field. */
  enum IfAbsent {
    /** The operator does not manage the field: its observed value is not compared. */
    UNMANAGED,
    /** The field is to be unset. */
    UNSET
  }

  private static final Rule GENERAL = pair -> Values.same(pair.desired(), pair.observed());

  private final Equivalences equivalences;
  private final Predicate<FieldPath> ignored;
  private final NotShown notShown;
  private final Tree tree;

  /** Decides about a field of which ECS shows nothing. */
  @FunctionalInterface
  interface NotShown {
    /** No value is known but the desired one. */
    NotShown UNKNOWN = (_, _) -> true;

    boolean same(FieldPath path, FieldPair pair);
  }

  TreeComparison(Equivalences equivalences, Predicate<FieldPath> ignored, NotShown notShown) {
    this.equivalences = equivalences;
    this.ignored = ignored;
    this.notShown = notShown;
    this.tree = new Tree(equivalences);
  }

  List<FieldChange> changes(FieldPath path, FieldPair pair, IfAbsent ifAbsent) {
    if (ignored.test(path)) {
      return List.of();
    }
    return changes(meaning(path, pair), path, pair, ifAbsent);
  }

  private List<FieldChange> changes(
      Equivalence meaning, FieldPath path, FieldPair pair, IfAbsent ifAbsent) {
    return switch (meaning) {
      case AsApplied(Predicate<FieldPair> when, Equivalence _) when when.test(pair) ->
          unless(notShown.same(path, pair), path, pair);
      case AsApplied(Predicate<FieldPair> _, Equivalence shown) ->
          changes(shown, path, pair, ifAbsent);
      case Rule rule -> unless(rule.same(pair), path, pair);
      case Ordered _ -> unless(sameInOrder(path, pair), path, pair);
      case Unordered _ -> unless(sameInAnyOrder(path, pair), path, pair);
      case Members _ -> members(path, pair, ifAbsent);
      case Keyed _, Pairs _, Entries _ -> fields(path, pair, ifAbsent);
    };
  }

  /** Whether ECS holds the value to which a field is reset. */
  boolean holds(FieldPath path, FieldPair pair, JsonNode reset) {
    FieldPair held = new FieldPair(reset, pair.observed(), pair.enclosing());
    return changes(path, held, IfAbsent.UNMANAGED).isEmpty();
  }

  boolean isNotShown(FieldPath path, FieldPair pair) {
    return meaning(path, pair) instanceof AsApplied field && field.notShown().test(pair);
  }

  private Equivalence meaning(FieldPath path, FieldPair pair) {
    return equivalences.at(path.pattern()).orElseGet(() -> general(pair));
  }

  private static Equivalence general(FieldPair pair) {
    if (pair.desired().isObject() || pair.observed().isObject()) {
      return new Members();
    }
    return pair.desired().isArray() || pair.observed().isArray() ? new Ordered() : GENERAL;
  }

  private static List<FieldChange> unless(boolean same, FieldPath path, FieldPair pair) {
    return same
        ? List.of()
        : List.of(new FieldChange(path.toString(), pair.observed(), pair.desired()));
  }

  /** An object that exists on one side only is one change, not one for each member. */
  private List<FieldChange> members(FieldPath path, FieldPair pair, IfAbsent ifAbsent) {
    List<FieldChange> changes = fields(path, pair, ifAbsent);
    boolean whole = pair.desired().isMissingNode() || pair.observed().isMissingNode();
    return whole ? unless(changes.isEmpty(), path, pair) : changes;
  }

  private List<FieldChange> fields(FieldPath path, FieldPair pair, IfAbsent ifAbsent) {
    Map<FieldPath, JsonNode> wanted = tree.below(path, pair.desired());
    Map<FieldPath, JsonNode> found = tree.below(path, pair.observed());
    Set<FieldPath> paths = new LinkedHashSet<>(wanted.keySet());
    if (ifAbsent == IfAbsent.UNSET) {
      paths.addAll(found.keySet());
    }
    List<FieldChange> changes = new ArrayList<>();
    for (FieldPath field : paths) {
      FieldPair child =
          pair.child(
              wanted.getOrDefault(field, Values.MISSING),
              found.getOrDefault(field, Values.MISSING));
      // An item or entry is a field by its key alone, even if it is otherwise empty.
      boolean onOneSide = field.last() instanceof Key && child.existsOnOneSideOnly();
      changes.addAll(
          onOneSide ? unless(ignored.test(field), field, child) : changes(field, child, ifAbsent));
    }
    return changes;
  }

  private boolean sameInOrder(FieldPath path, FieldPair lists) {
    List<JsonNode> wanted = Values.items(lists.desired()).toList();
    List<JsonNode> found = Values.items(lists.observed()).toList();
    if (wanted.size() != found.size()) {
      return false;
    }
    for (int i = 0; i < wanted.size(); i++) {
      if (!sameItem(path, lists.child(wanted.get(i), found.get(i)))) {
        return false;
      }
    }
    return true;
  }

  private boolean sameInAnyOrder(FieldPath path, FieldPair lists) {
    List<JsonNode> wanted = Values.items(lists.desired()).distinct().toList();
    List<JsonNode> found = new ArrayList<>(Values.items(lists.observed()).distinct().toList());
    return wanted.size() == found.size()
        && wanted.stream().allMatch(item -> removeFirstSame(path, lists, item, found));
  }

  private boolean removeFirstSame(
      FieldPath path, FieldPair lists, JsonNode wanted, List<JsonNode> found) {
    for (Iterator<JsonNode> candidates = found.iterator(); candidates.hasNext(); ) {
      if (sameItem(path, lists.child(wanted, candidates.next()))) {
        candidates.remove();
        return true;
      }
    }
    return false;
  }

  /** Others manage no fields inside a list that is one value: an absent field means unset. */
  private boolean sameItem(FieldPath list, FieldPair item) {
    return item.desired().isObject() && item.observed().isObject()
        ? new TreeComparison(equivalences, nothing -> false, NotShown.UNKNOWN)
            .changes(list.key(""), item, IfAbsent.UNSET)
            .isEmpty()
        : Values.equal(item.desired(), item.observed());
  }
}

package io.ecsoperator.plan;

import java.util.List;
import java.util.Set;

/**
 * All that the comparison has to know of one kind of resource, as tables. The kind hands it in; the
 * algorithm knows no kind. A table that does not apply is handed in empty.
 *
 * <p>What holds for every resource is no table: tags are compared key by key and are brought to ECS
 * by calls of their own.
 *
 * @param members how the members of the create request and of the describe answer correspond
 * @param equivalences which values ECS treats as equal
 * @param resets what ECS is sent for a field that left the spec
 * @param updates which calls carry which changes, and which changes no call carries
 * @param ownedByEcs members that ECS sets under certain conditions, and that then never differ
 */
public record ComparableSchema(
    MemberMapping members,
    Equivalences equivalences,
    Resets resets,
    Updates updates,
    List<OwnedByEcs> ownedByEcs) {

  /** Members that ECS sets by itself while the condition holds. */
  public record OwnedByEcs(Condition when, Set<String> members) {
    public OwnedByEcs {
      members = Set.copyOf(members);
    }
  }

  public ComparableSchema {
    ownedByEcs = List.copyOf(ownedByEcs);
  }

  /** The same schema with other equivalences: how tests see that a line is needed. */
  public ComparableSchema withEquivalences(Equivalences others) {
    return new ComparableSchema(members, others, resets, updates, ownedByEcs);
  }
}

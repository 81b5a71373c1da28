package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
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

  /**
   * Whether the keys in a path can lead to a field that is compared by itself. A list without keys
   * is one value, and a pair ends with its key.
   */
  public boolean followsKeysOf(FieldPath path) {
    return path.prefixes()
        .filter(prefix -> prefix.last() instanceof FieldPath.Key)
        .allMatch(
            prefix ->
                switch (equivalences.at(prefix.parent().pattern()).orElse(null)) {
                  case Equivalences.Equivalence.Keyed keyed -> true;
                  case Equivalences.Equivalence.Entries entries -> true;
                  case Equivalences.Equivalence.Pairs pairs -> prefix.equals(path);
                  case null, default -> false;
                });
  }

  /** The same schema with other equivalences: how tests see that a line is needed. */
  public ComparableSchema withEquivalences(Equivalences others) {
    return new ComparableSchema(members, others, resets, updates, ownedByEcs);
  }

  /**
   * How the members of a create request and of a describe answer correspond. Members that neither
   * table names have the same name and content in both.
   *
   * @param createOperation the operation of the create request, for example {@code CreateService}
   * @param describedType the ECS type that describes the resource, for example {@code Service}
   * @param notCompared they belong to one request, such as its client token, not to the resource
   * @param outputOnly describe answers have them and no create request accepts them
   * @param renamed from the name in describe answers to the name in the create request
   * @param lifted members that a describe answer has only inside a list
   */
  public record MemberMapping(
      String createOperation,
      String describedType,
      Set<String> notCompared,
      Set<String> outputOnly,
      Map<String, String> renamed,
      List<Lifted> lifted) {

    /**
     * Members of the create request that a describe answer has on one item of a list.
     *
     * @param list the list in the describe answer, for example {@code deployments}
     * @param item which item: the first for which this holds
     */
    public record Lifted(String list, Condition item, Set<String> members) {
      public Lifted {
        members = Set.copyOf(members);
      }
    }

    public MemberMapping {
      notCompared = Set.copyOf(notCompared);
      outputOnly = Set.copyOf(outputOnly);
      renamed = Map.copyOf(renamed);
      lifted = List.copyOf(lifted);
    }

    /** All members have the same name and content in both. */
    public static MemberMapping between(String createOperation, String describedType) {
      return new MemberMapping(
          createOperation, describedType, Set.of(), Set.of(), Map.of(), List.of());
    }

    public MemberMapping withNotCompared(String... names) {
      return new MemberMapping(
          createOperation, describedType, Set.of(names), outputOnly, renamed, lifted);
    }

    public MemberMapping withOutputOnly(String... names) {
      return new MemberMapping(
          createOperation, describedType, notCompared, Set.of(names), renamed, lifted);
    }

    /** The old names count as output-only. */
    public MemberMapping withRenamed(Map<String, String> names) {
      return new MemberMapping(
          createOperation, describedType, notCompared, outputOnly, names, lifted);
    }

    public MemberMapping withLifted(Lifted... tables) {
      return new MemberMapping(
          createOperation, describedType, notCompared, outputOnly, renamed, List.of(tables));
    }
  }

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

    /** Whether it will hold once the resource is as desired, by the whole trees. */
    public boolean holds(ObjectNode desired, ObjectNode observed) {
      return holds(FieldPair.root(desired, observed));
    }

    /**
     * Whether it will hold once the resource is as desired: by the desired value, or the observed
     * one if the desired side does not set the member.
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
}

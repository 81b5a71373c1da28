package io.ecsoperator.plan;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the members of a create request and of a describe answer correspond. Members that neither
 * table names have the same name and content in both.
 *
 * @param createOperation the operation of the create request, for example {@code CreateService}
 * @param describedType the ECS type that describes the resource, for example {@code Service}
 * @param writeOnly create accepts them and no describe answer has them: they cannot be compared
 * @param outputOnly describe answers have them and no create request accepts them
 * @param renamed from the name in describe answers to the name in the create request
 * @param lifted members that a describe answer has only inside a list
 */
public record MemberMapping(
    String createOperation,
    String describedType,
    Set<String> writeOnly,
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
    writeOnly = Set.copyOf(writeOnly);
    outputOnly = Set.copyOf(outputOnly);
    renamed = Map.copyOf(renamed);
    lifted = List.copyOf(lifted);
  }

  /** All members have the same name and content in both. */
  public static MemberMapping between(String createOperation, String describedType) {
    return new MemberMapping(
        createOperation, describedType, Set.of(), Set.of(), Map.of(), List.of());
  }

  public MemberMapping withWriteOnly(String... names) {
    return new MemberMapping(
        createOperation, describedType, Set.of(names), outputOnly, renamed, lifted);
  }

  public MemberMapping withOutputOnly(String... names) {
    return new MemberMapping(
        createOperation, describedType, writeOnly, Set.of(names), renamed, lifted);
  }

  /** The old names count as output-only. */
  public MemberMapping withRenamed(Map<String, String> names) {
    return new MemberMapping(createOperation, describedType, writeOnly, outputOnly, names, lifted);
  }

  public MemberMapping withLifted(Lifted... tables) {
    return new MemberMapping(
        createOperation, describedType, writeOnly, outputOnly, renamed, List.of(tables));
  }
}

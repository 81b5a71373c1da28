package io.ecsoperator.plan;

import java.util.List;
import java.util.Set;

/**
 * How ECS updates a resource.
 *
 * @param calls the calls that update it, in the order in which they are to be made; none for a
 *     resource that is immutable but for its tags
 * @param merged top-level members that ECS merges part by part; it replaces the others as a whole
 * @param replaceOnly paths (members only) that no call can change: the resource would have to be
 *     replaced. A block that contains one is sent without it.
 * @param replaceOnlyOnceShown top-level members that no call carries; a change of a value that ECS
 *     shows needs a replacement
 */
public record Updates(
    List<UpdateCall> calls,
    Set<String> merged,
    Set<String> replaceOnly,
    Set<String> replaceOnlyOnceShown) {

  /** One call that changes a resource. */
  public sealed interface UpdateCall {
    /** The ECS operation, for example {@code UpdateService}. */
    String operation();
  }

  /** Carries the changed members that no other call carries. */
  public record ChangedMembers(String operation) implements UpdateCall {}

  /**
   * Replaces several lists at once, so that it carries all of them if one has changed. A list that
   * the resource does not have is sent empty.
   */
  public record AllLists(String operation, List<String> lists) implements UpdateCall {
    public AllLists {
      lists = List.copyOf(lists);
    }
  }

  public Updates {
    calls = List.copyOf(calls);
    merged = Set.copyOf(merged);
    replaceOnly = Set.copyOf(replaceOnly);
    replaceOnlyOnceShown = Set.copyOf(replaceOnlyOnceShown);
  }

  /** ECS replaces each top-level member as a whole, and can change all of them. */
  public static Updates by(UpdateCall... calls) {
    return new Updates(List.of(calls), Set.of(), Set.of(), Set.of());
  }

  /** The resource is immutable but for its tags: a changed spec makes a new revision of it. */
  public static Updates byNewRevision() {
    return by();
  }

  public Updates withMerged(String... members) {
    return new Updates(calls, Set.of(members), replaceOnly, replaceOnlyOnceShown);
  }

  public Updates withReplaceOnly(String... paths) {
    return new Updates(calls, merged, Set.of(paths), replaceOnlyOnceShown);
  }

  public Updates withReplaceOnlyOnceShown(String... members) {
    return new Updates(calls, merged, replaceOnly, Set.of(members));
  }

  boolean isImmutable() {
    return calls.isEmpty();
  }

  /** Whether the call carries changes of a top-level member. */
  boolean carries(UpdateCall call, String member) {
    return switch (call) {
      case AllLists all -> all.lists().contains(member);
      case ChangedMembers _ ->
          calls.stream()
              .noneMatch(other -> other instanceof AllLists all && all.lists().contains(member));
    };
  }

  /**
   * The smallest part of an update request that carries a field: a top-level member, or a part of
   * one that ECS merges part by part.
   */
  FieldPath unit(FieldPath path) {
    return path.first(merged.contains(path.top()) ? 2 : 1);
  }

  /** The parsed paths of {@link #replaceOnly}. */
  List<FieldPath> replaceOnlyPaths() {
    return replaceOnly.stream().map(FieldPath::parse).toList();
  }
}

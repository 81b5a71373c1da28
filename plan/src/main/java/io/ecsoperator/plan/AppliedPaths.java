package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The fields that a desired tree sets, kept for the next three-way diff: paths, and a hash of the
 * value where ECS does not always show it.
 */
public final class AppliedPaths {
  /** Deeper than any field that can be updated; a deeper tree counts as one field. */
  private static final int MAX_DEPTH = 8;

  private AppliedPaths() {}

  /**
   * Sorted paths. A list that is one value counts as one field; items of keyed lists go by their
   * key. Of an immutable resource only the tags, since its body is compared two-way.
   */
  public static List<String> of(ComparableSchema schema, ObjectNode desired) {
    Tree tree = new Tree(schema.equivalences());
    return fields(tree, FieldPath.ROOT, desired)
        .filter(path -> path.isTag() || !schema.updates().isImmutable())
        .map(
            path ->
                schema.equivalences().isAsApplied(path)
                    ? AppliedField.of(path, tree.get(desired, path))
                    : new AppliedField(path, Optional.empty()))
        .map(AppliedField::toString)
        .sorted()
        .toList();
  }

  /**
   * What to keep before an update is sent: what was applied and what is about to be. A value that
   * is not applied yet stands beside the last one, so that the update is sent again if it fails.
   */
  public static List<String> beforeUpdate(
      Collection<String> applied, ComparableSchema schema, ObjectNode desired) {
    return Stream.concat(
            applied.stream(),
            of(schema, desired).stream()
                .filter(field -> !applied.contains(field))
                .map(AppliedField::parse)
                .flatMap(field -> Stream.of(field, field.withoutHash()))
                .map(AppliedField::toString))
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * {@code applied} with the fields of {@code before} that are in no field of it: a call that set
   * them may show its effect later.
   *
   * @param ignoreFields paths of fields that others manage, which are not added
   */
  public static List<String> withLeaving(
      Collection<String> before, List<String> applied, Collection<String> ignoreFields) {
    // Most reconciles find all of them still applied.
    List<String> dropped =
        before.stream().filter(Predicate.not(Set.copyOf(applied)::contains)).toList();
    if (dropped.isEmpty()) {
      return applied;
    }
    List<FieldPath> current =
        applied.stream().map(AppliedField::parse).map(AppliedField::path).toList();
    List<String> leaving =
        dropped.stream()
            .filter(
                text -> {
                  FieldPath path = AppliedField.parse(text).path();
                  return current.stream()
                          .noneMatch(field -> field.startsWith(path) || path.startsWith(field))
                      && ignoreFields.stream().map(FieldPath::parse).noneMatch(path::startsWith);
                })
            .toList();
    return leaving.isEmpty()
        ? applied
        : Stream.concat(applied.stream(), leaving.stream()).sorted().toList();
  }

  /**
   * The applied paths after a successful update: without the fields that it reset, and with only
   * the values that it carried. If ECS fills a field that was reset in again, the operator does not
   * manage it.
   *
   * @param done the changes that the update carried
   */
  public static List<String> afterUpdate(Collection<String> applied, List<FieldChange> done) {
    List<FieldPath> reset =
        done.stream()
            .filter(change -> change.to().isMissingNode())
            .map(change -> FieldPath.parse(change.path()))
            .toList();
    return applied.stream()
        .filter(
            text -> {
              AppliedField field = AppliedField.parse(text);
              return reset.stream().noneMatch(field.path()::startsWith)
                  && carried(done, field.path())
                      .allMatch(value -> isCurrent(field, value, applied));
            })
        .toList();
  }

  /**
   * {@code applied} once ECS has taken values back by itself. A field that ECS does not show may
   * have been among them: it differs from any value, and is still reset if it leaves the spec.
   */
  public static List<String> takenBack(Collection<String> applied) {
    return applied.stream()
        .map(AppliedField::parse)
        .map(field -> field.hash().isPresent() ? field.withUnknownValue() : field)
        .map(AppliedField::toString)
        .distinct()
        .sorted()
        .toList();
  }

  /** The values of the field in the changes that set it. */
  private static Stream<JsonNode> carried(List<FieldChange> done, FieldPath field) {
    return done.stream()
        .filter(change -> !change.to().isMissingNode())
        .flatMap(change -> carried(change, field).stream());
  }

  private static Optional<JsonNode> carried(FieldChange change, FieldPath field) {
    FieldPath path = FieldPath.parse(change.path());
    return field.startsWith(path)
        ? Optional.of(Values.at(change.to(), field.steps().subList(path.depth(), field.depth())))
        : Optional.empty();
  }

  private static boolean isCurrent(AppliedField field, JsonNode value, Collection<String> applied) {
    return field.hash().isPresent()
        ? field.has(value)
        : !applied.contains(AppliedField.of(field.path(), value).toString());
  }

  static Stream<FieldPath> fields(Tree tree, FieldPath path, JsonNode node) {
    Map<FieldPath, JsonNode> below = tree.below(path, node);
    boolean isField =
        path.depth() == MAX_DEPTH
            || (below.isEmpty() && (!node.isObject() || tree.isAsApplied(path)));
    return isField && path.depth() > 0
        ? Stream.of(path)
        : below.entrySet().stream()
            .flatMap(field -> fields(tree, field.getKey(), field.getValue()));
  }

  /**
   * A field that was applied, written {@code monitoring#0a1b2c3d4e5f}.
   *
   * @param hash of the value, for a field that ECS does not always show; a hash does not give the
   *     value away
   */
  record AppliedField(FieldPath path, Optional<String> hash) {
    private static final int HASH_LENGTH = 12;

    /** The hash of no value. */
    private static final String UNKNOWN = "0".repeat(HASH_LENGTH);

    /** The text of a path ends with a key's bracket or a member's name, which has no {@code #}. */
    private static final Pattern WITH_HASH = Pattern.compile("(.+)#([0-9a-f]{12})", Pattern.DOTALL);

    static AppliedField parse(String text) {
      Matcher withHash = WITH_HASH.matcher(text);
      return withHash.matches()
          ? new AppliedField(FieldPath.parse(withHash.group(1)), Optional.of(withHash.group(2)))
          : new AppliedField(FieldPath.parse(text), Optional.empty());
    }

    static AppliedField of(FieldPath path, JsonNode value) {
      return new AppliedField(path, Optional.of(hash(value)));
    }

    boolean has(JsonNode value) {
      return hash.filter(hash(value)::equals).isPresent();
    }

    AppliedField withoutHash() {
      return new AppliedField(path, Optional.empty());
    }

    AppliedField withUnknownValue() {
      return new AppliedField(path, Optional.of(UNKNOWN));
    }

    private static String hash(JsonNode value) {
      return Sha256.hex(SpecHash.canonical(value).toString(), HASH_LENGTH);
    }

    @Override
    public String toString() {
      return path + hash.map(text -> "#" + text).orElse("");
    }
  }
}

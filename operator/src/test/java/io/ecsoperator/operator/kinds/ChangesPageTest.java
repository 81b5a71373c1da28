package io.ecsoperator.operator.kinds;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.plan.AppliedPaths;
import io.ecsoperator.plan.ComparableSchema;
import io.ecsoperator.plan.Differ;
import io.ecsoperator.plan.Equivalences.Equivalence.AsApplied;
import io.ecsoperator.plan.Equivalences.Equivalence.Pairs;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Projection;
import io.ecsoperator.plan.UpdateRequests;
import io.ecsoperator.plan.UpdateRequests.Update;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkPojo;

/**
 * The page on changes says what the comparison does: each member of each create request is changed
 * and taken out once, and the calls that follow are written down.
 */
class ChangesPageTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "changes.md");
  private static final String MARK = "<!-- changes: written by ChangesPageTest -->\n";
  private static final String LEFT_OUT = " without it";
  private static final String KEPT = "ECS keeps the value";
  private static final String NOTHING = "nothing";
  private static final String REFUSED = "refused: `ReplacementRequired`";

  private final Differ differ = new Differ();
  private final UpdateRequests updates = new UpdateRequests();
  private final Projection projection = new Projection();

  /** What a change of a member and its removal lead to. */
  private record Row(String member, String change, String removal) {
    /** Whether it goes without saying once the whole member's row is known. */
    boolean isLike(Row whole) {
      return change.equals(whole.change)
          && (removal.equals(whole.removal) || removal.equals(change + LEFT_OUT));
    }

    String text() {
      return "| `%s` | %s | %s |".formatted(member, change, removal);
    }
  }

  static Stream<ComparableSchema> schemas() {
    return ComparableSchemas.all().stream();
  }

  @Test
  void thePageIsCurrent() throws IOException {
    String document = Files.readString(DOCUMENT);
    String current =
        document.substring(0, document.indexOf(MARK) + MARK.length())
            + ComparableSchemas.all().stream().map(this::section).collect(joining());
    if (Boolean.getBoolean("changes.write-docs")) {
      Files.writeString(DOCUMENT, current);
    }

    assertThat(Files.readString(DOCUMENT))
        .as("write it anew with -Dchanges.write-docs=true")
        .isEqualTo(current);
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void noChangeOfAMemberIsDropped(ComparableSchema schema) {
    SampleValues values = new SampleValues(create(schema));

    assertThat(
            values.members().stream()
                .filter(member -> !schema.members().notCompared().contains(member))
                .flatMap(member -> values.changeable(member).stream())
                .filter(path -> change(schema, values, path).equals(NOTHING))
                .map(values::text))
        .isEmpty();
  }

  private String section(ComparableSchema schema) {
    SampleValues values = new SampleValues(create(schema));
    String rows =
        values.members().stream()
            .flatMap(member -> rows(schema, values, member))
            .map(Row::text)
            .collect(joining("\n"));
    Set<String> only = onlyInUpdates(schema, values);
    return "\n## "
        + schema.members().createOperation()
        + "\n\n"
        + (only.isEmpty()
            ? ""
            : "Only update requests have %s; specs do not, and the operator sets what it needs.\n\n"
                .formatted(only.stream().map("`%s`"::formatted).collect(joining(", "))))
        + "| member | a change | its removal |\n|---|---|---|\n"
        + rows
        + "\n";
  }

  private static Set<String> onlyInUpdates(ComparableSchema schema, SampleValues values) {
    Set<String> only = new TreeSet<>();
    schema
        .updates()
        .calls()
        .forEach(call -> only.addAll(SdkModel.names(SdkModel.request(call.operation()))));
    values.members().forEach(only::remove);
    return only;
  }

  /** A row for the member, and one for each value inside with another outcome. */
  private Stream<Row> rows(ComparableSchema schema, SampleValues values, String member) {
    if (schema.members().notCompared().contains(member)) {
      return Stream.of(new Row(member, "belongs to one request", "belongs to one request"));
    }
    List<List<String>> changeable = values.changeable(member);
    List<Row> rows = new ArrayList<>();
    for (List<String> path : changeable) {
      if (path.size() > 1 && !isInPair(schema, values.text(path))) {
        rows.add(row(schema, values, path, path));
      }
    }
    List<String> changed = changeable.isEmpty() ? List.of(member) : changeable.getFirst();
    Row whole = row(schema, values, changed, List.of(member));
    return Stream.concat(Stream.of(whole), rows.stream().filter(row -> !row.isLike(whole)));
  }

  /** A pair goes with its key: a spec has both or none. */
  private static boolean isInPair(ComparableSchema schema, String path) {
    return path.equals("tags[].value")
        || schema.equivalences().lines().entrySet().stream()
            .filter(line -> line.getValue() instanceof Pairs)
            .anyMatch(line -> path.startsWith(line.getKey() + "[]"));
  }

  private Row row(
      ComparableSchema schema, SampleValues values, List<String> changed, List<String> removed) {
    return new Row(
        values.text(removed), change(schema, values, changed), removal(schema, values, removed));
  }

  private String change(ComparableSchema schema, SampleValues values, List<String> path) {
    ObjectNode before = projection.desired(schema, values.full(path.getFirst()));
    ObjectNode after = before.deepCopy();
    values.change(after, path);
    return outcome(schema, before, after, path, false);
  }

  /** Of two values at least one is not the default, whose removal changes nothing. */
  private String removal(ComparableSchema schema, SampleValues values, List<String> path) {
    ObjectNode one = projection.desired(schema, values.full(path.getFirst()));
    ObjectNode another = one.deepCopy();
    values.change(another, path);
    return Stream.of(one, another)
        .map(
            before -> {
              ObjectNode after = before.deepCopy();
              values.remove(after, path);
              return outcome(schema, before, after, path, true);
            })
        .filter(outcome -> !outcome.equals(KEPT) && !outcome.equals(NOTHING))
        .findFirst()
        .orElse(KEPT);
  }

  private String outcome(
      ComparableSchema schema,
      ObjectNode before,
      ObjectNode after,
      List<String> path,
      boolean isRemoval) {
    ObjectNode observed = shown(schema, before);
    if (path.getFirst().equals("tags")) {
      return tags(differ.diff(schema, after, observed, AppliedPaths.of(schema, before), List.of()));
    }
    if (schema.updates().calls().isEmpty()) {
      boolean isFixed = schema.updates().replaceOnly().contains(path.getFirst());
      return isFixed
          ? REFUSED
          : differ.diffBody(schema, after, observed, List.of()).isEmpty()
              ? NOTHING
              : "a new revision";
    }
    List<FieldChange> changes =
        differ.diff(schema, after, observed, AppliedPaths.of(schema, before), List.of());
    if (!updates.replacements(schema, changes).isEmpty()) {
      return REFUSED;
    }
    List<Update> calls = updates.of(schema, after, observed, changes);
    return calls.isEmpty()
        ? isRemoval ? KEPT : NOTHING
        : calls.stream().map(call -> text(call, path, isRemoval)).collect(joining(", "));
  }

  private static String text(Update call, List<String> path, boolean isRemoval) {
    String operation = "`" + call.operation() + "`";
    if (!isRemoval) {
      return operation;
    }
    JsonNode value = SampleValues.get(call.members(), path);
    return value.isMissingNode() ? operation + LEFT_OUT : operation + " with `" + value + "`";
  }

  private String tags(List<FieldChange> changes) {
    return updates.tags(changes).toPut().isEmpty() ? "`UntagResource`" : "`TagResource`";
  }

  /** What ECS shows of a resource that was created so. */
  private static ObjectNode shown(ComparableSchema schema, ObjectNode created) {
    ObjectNode shown = created.deepCopy();
    schema.equivalences().lines().entrySet().stream()
        .filter(line -> line.getValue() instanceof AsApplied)
        .map(Map.Entry::getKey)
        .filter(
            member ->
                SdkModel.find(SdkModel.type(schema.members().describedType()), member).isEmpty())
        .forEach(shown::remove);
    return shown;
  }

  private static SdkPojo create(ComparableSchema schema) {
    return SdkModel.request(schema.members().createOperation());
  }
}

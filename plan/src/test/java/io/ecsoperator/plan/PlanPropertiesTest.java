package io.ecsoperator.plan;

import static io.ecsoperator.plan.MadeUpSchema.QUEUE;
import static io.ecsoperator.plan.MadeUpSchema.REVISION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.plan.AppliedPaths.AppliedField;
import io.ecsoperator.plan.Equivalences.Equivalence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every pair of trees. */
class PlanPropertiesTest {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** A few values of every field that the update calls can set; none of them is a reset value. */
  private static final Map<String, List<String>> FIELDS =
      Map.ofEntries(
          Map.entry("size", List.of("1", "2.0")),
          Map.entry("priority", List.of("'high'", "'low'")),
          Map.entry("mode", List.of("'EXPRESS'")),
          Map.entry("privileged", List.of("true")),
          Map.entry("commands", List.of("['a', 'b']", "['b']")),
          Map.entry("subnets", List.of("['a', 'b']", "['c']")),
          Map.entry("strategy", List.of("['a']")),
          Map.entry("targets", List.of("[{name: 'a'}, {name: 'b', weight: 1}]", "[{name: 'b'}]")),
          Map.entry("fallbacks", List.of("[{name: 'a'}]")),
          Map.entry("network.zone", List.of("'a'", "'b'")),
          Map.entry("network.zones", List.of("['a', 'b']")),
          Map.entry("delivery.retries", List.of("8", "9")),
          Map.entry("delivery.hooks", List.of("[{arn: 'a'}, {arn: 'b'}]")),
          Map.entry("delivery.alarms.on", List.of("true")),
          Map.entry("delivery.alarms.names", List.of("['a', 'b']", "['c']")),
          Map.entry("logging.group", List.of("'a'", "'b'")),
          Map.entry("logging.namespace", List.of("'a'", "'b'")),
          Map.entry("logging.options[mode]", List.of("'a'", "''")),
          Map.entry(
              "disks[data]", List.of("{name: 'data', gib: 5}", "{name: 'data', encrypted: false}")),
          Map.entry("settings[mode]", List.of("'a'", "'b'")),
          Map.entry("tags[team]", List.of("'a'", "'b'", "''")),
          Map.entry("tags[cost]", List.of("'a'")));

  /** Fields without a reset value. */
  private static final Set<String> RELEASED = Set.of("size", "priority", "strategy");

  private final Differ differ = new Differ();
  private final UpdateRequests requests = new UpdateRequests();
  private final Tree tree = new Tree(QUEUE.equivalences());

  @Provide
  Arbitrary<ObjectNode> queues() {
    List<Arbitrary<Map.Entry<FieldPath, JsonNode>>> fields =
        FIELDS.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(
                field ->
                    Arbitraries.of(field.getValue())
                        .map(text -> Map.entry(FieldPath.parse(field.getKey()), Json.json(text))))
            .toList();
    return Arbitraries.subsetOf(fields)
        .flatMap(chosen -> Combinators.combine(List.copyOf(chosen)).as(List::copyOf))
        .map(
            chosen -> {
              ObjectNode queue = NODES.objectNode();
              chosen.forEach(field -> tree.set(queue, field.getKey(), field.getValue().deepCopy()));
              return queue;
            });
  }

  @Provide
  Arbitrary<ObjectNode> anyTrees() {
    return Arbitraries.maps(
            Arbitraries.of(
                "tags",
                "owner",
                "mode",
                "priority",
                "policy",
                "subnets",
                "targets",
                "settings",
                "disks",
                "logging",
                "delivery",
                "network",
                "x"),
            anyValues(4))
        .map(PlanPropertiesTest::object);
  }

  private static Arbitrary<JsonNode> anyValues(int depth) {
    Arbitrary<JsonNode> scalars =
        Arbitraries.of(
                "''", "'a'", "'b:1'", "'arn:aws:x/y:1'", "0", "1", "2.50", "true", "false", "null")
            .map(Json::json);
    if (depth == 0) {
      return scalars;
    }
    Arbitrary<JsonNode> below = Arbitraries.lazy(() -> anyValues(depth - 1));
    return Arbitraries.oneOf(
        scalars,
        below.list().ofMaxSize(3).map(items -> NODES.arrayNode().addAll(items)),
        Arbitraries.maps(
                Arbitraries.of(
                    "name",
                    "key",
                    "value",
                    "weight",
                    "alias",
                    "encrypted",
                    "options",
                    "namespace",
                    "retries",
                    "hooks"),
                below)
            .ofMaxSize(4)
            .map(PlanPropertiesTest::object));
  }

  private static ObjectNode object(Map<String, JsonNode> members) {
    ObjectNode object = NODES.objectNode();
    object.setAll(members);
    return object;
  }

  @Property(tries = 300)
  void aTreeDoesNotDifferFromItself(@ForAll("anyTrees") ObjectNode anything) {
    assertThat(differ.diff(QUEUE, anything, anything, AppliedPaths.of(QUEUE, anything), List.of()))
        .isEmpty();
    assertThat(differ.diffBody(REVISION, anything, anything, List.of())).isEmpty();
  }

  @Property(tries = 300)
  void bodiesDifferInBothDirectionsOrInNone(
      @ForAll("anyTrees") ObjectNode a, @ForAll("anyTrees") ObjectNode b) {
    List<FieldChange> changes = differ.diffBody(REVISION, a, b, List.of());
    assertThat(changes).extracting(FieldChange::path).doesNotHaveDuplicates();
    if (changes.isEmpty()) {
      assertThat(differ.diff(REVISION, a, b, List.of(), List.of()))
          .allMatch(change -> change.path().startsWith("tags"));
    }
  }

  @Property(tries = 500)
  void afterItsUpdateAResourceDoesNotDiffer(
      @ForAll("queues") ObjectNode before,
      @ForAll("queues") ObjectNode drift,
      @ForAll("queues") ObjectNode after) {
    ObjectNode observed = before.deepCopy();
    observed.setAll(drift.deepCopy());
    List<String> applied = AppliedPaths.of(QUEUE, before);
    List<FieldChange> changes = differ.diff(QUEUE, after, observed, applied, List.of());

    ObjectNode updated = observed.deepCopy();
    requests
        .of(QUEUE, after, observed, changes)
        .forEach(update -> apply(update.members(), updated));
    tag(updated, requests.tags(changes));

    assertThat(differ.diff(QUEUE, after, updated, applied, List.of())).isEmpty();
  }

  @Property(tries = 300)
  void anUpdateCarriesNothingThatHasNotChanged(
      @ForAll("queues") ObjectNode observed, @ForAll("queues") ObjectNode after) {
    List<FieldChange> changes =
        differ.diff(QUEUE, after, observed, AppliedPaths.of(QUEUE, observed), List.of());
    Set<String> changed =
        changes.stream()
            .map(change -> FieldPath.parse(change.path()).top())
            .filter(top -> !top.equals("tags"))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> sentTogether = Set.of("targets", "fallbacks");
    if (!Collections.disjoint(changed, sentTogether)) {
      changed.addAll(sentTogether);
    }

    assertThat(
            requests.of(QUEUE, after, observed, changes).stream()
                .flatMap(update -> update.members().propertyStream())
                .map(Map.Entry::getKey))
        .containsExactlyInAnyOrderElementsOf(changed);
  }

  @Property(tries = 300)
  void aFieldTakenOutIsOneChange(@ForAll("queues") ObjectNode queue) {
    List<String> applied = AppliedPaths.of(QUEUE, queue);
    for (String field : applied) {
      String path = AppliedField.parse(field).path().toString();
      ObjectNode without = queue.deepCopy();
      tree.remove(without, FieldPath.parse(path));

      List<FieldChange> changes = differ.diff(QUEUE, without, queue, applied, List.of());

      if (RELEASED.contains(path)) {
        assertThat(changes).as(path).isEmpty();
      } else if (!path.endsWith(".name")) {
        assertThat(changes)
            .as(path)
            .containsExactly(
                new FieldChange(path, tree.get(queue, FieldPath.parse(path)), Values.MISSING));
      }
    }
  }

  @Property(tries = 300)
  void theOrderOfListsThatEcsReordersDoesNotCount(
      @ForAll("queues") ObjectNode desired,
      @ForAll("queues") ObjectNode observed,
      @ForAll Random random) {
    List<String> applied = AppliedPaths.of(QUEUE, desired);
    List<FieldChange> changes = differ.diff(QUEUE, desired, observed, applied, List.of());

    ObjectNode shuffled = observed.deepCopy();
    shuffle("", shuffled, random);

    assertThat(differ.diff(QUEUE, desired, shuffled, applied, List.of()))
        .extracting(FieldChange::path, FieldChange::to)
        .containsExactlyElementsOf(
            changes.stream().map(change -> tuple(change.path(), change.to())).toList());
  }

  @Property(tries = 100)
  void theOrderOfAListWithoutALineCounts(
      @ForAll("words") List<String> words, @ForAll Random random) {
    List<String> others = new ArrayList<>(words);
    Collections.shuffle(others, random);

    assertThat(differ.diffBody(REVISION, withCommands(words), withCommands(others), List.of()))
        .hasSize(words.equals(others) ? 0 : 1);
  }

  @Provide
  Arbitrary<List<String>> words() {
    return Arbitraries.of("sh", "-c", "", "exec").list().ofMaxSize(4);
  }

  private static ObjectNode withCommands(List<String> words) {
    ObjectNode tree = NODES.objectNode();
    words.forEach(tree.putArray("commands")::add);
    return tree;
  }

  /** Reorders every list that the table says ECS may reorder. */
  private static void shuffle(String pattern, JsonNode node, Random random) {
    if (node instanceof ArrayNode list) {
      list.forEach(item -> shuffle(pattern + "[]", item, random));
      boolean free =
          QUEUE
              .equivalences()
              .at(pattern)
              .filter(
                  meaning ->
                      !(meaning instanceof Equivalence.Ordered
                          || meaning instanceof Equivalence.Rule))
              .isPresent();
      if (free) {
        List<JsonNode> items =
            new ArrayList<>(StreamSupport.stream(list.spliterator(), false).toList());
        Collections.shuffle(items, random);
        list.removeAll();
        list.addAll(items);
      }
    } else {
      node.propertyStream()
          .forEach(
              member ->
                  shuffle(
                      (pattern.isEmpty() ? "" : pattern + ".") + member.getKey(),
                      member.getValue(),
                      random));
    }
  }

  /** What ECS does: it replaces top-level members and merges {@code delivery}. */
  private static void apply(ObjectNode members, ObjectNode queue) {
    members
        .propertyStream()
        .forEach(
            member -> {
              if (member.getKey().equals("delivery")) {
                queue.withObject("/delivery").setAll((ObjectNode) member.getValue().deepCopy());
              } else {
                queue.set(member.getKey(), member.getValue().deepCopy());
              }
            });
  }

  private static void tag(ObjectNode queue, UpdateRequests.TagUpdate tags) {
    ArrayNode list = queue.withArray("/tags");
    tags.toPut().forEach(put -> list.removeIf(tag -> tag.get("key").equals(put.get("key"))));
    list.removeIf(tag -> tags.keysToRemove().contains(tag.get("key").asText()));
    list.addAll(tags.toPut());
  }
}

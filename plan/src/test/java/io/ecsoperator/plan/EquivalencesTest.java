package io.ecsoperator.plan;

import static io.ecsoperator.plan.MadeUpSchema.REVISION;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.plan.Equivalences.Equivalence;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The general rules, and those of {@link Rules}, by pairs of a desired and an observed tree. */
class EquivalencesTest {

  /**
   * @param differing the paths that differ; none if the two trees are equivalent
   */
  private record Pair(String rule, String desired, String observed, List<String> differing) {

    List<String> differingBy(ComparableSchema schema) {
      return new Differ()
          .diffBody(schema, Json.object(desired), Json.object(observed), List.of()).stream()
              .map(FieldChange::path)
              .toList();
    }

    @Override
    public String toString() {
      return (differing.isEmpty() ? "" : "not: ") + rule + ": " + desired + " / " + observed;
    }
  }

  private static Pair same(String rule, String desired, String observed) {
    return new Pair(rule, desired, observed, List.of());
  }

  private static Pair differ(String rule, String desired, String observed, String... paths) {
    return new Pair(rule, desired, observed, List.of(paths));
  }

  static final List<Pair> PAIRS =
      List.of(
          same("an empty list is unset", "{commands: []}", "{}"),
          differ(
              "a list of one empty text is a value",
              "{commands: ['']}",
              "{commands: []}",
              "commands"),
          same(
              "an empty object in a list does not count",
              "{points: [{}, {path: '/data'}]}",
              "{points: [{path: '/data'}]}"),
          same("an empty text is unset", "{engine: ''}", "{}"),
          same("an empty object is unset", "{network: {}}", "{}"),
          same("false is unset", "{privileged: false}", "{}"),
          differ("true is not unset", "{privileged: true}", "{}", "privileged"),
          same("null is unset", "{user: null}", "{}"),
          same("1.0 is 1", "{size: 512.0}", "{size: 512}"),
          differ("a number is not another", "{size: 512}", "{size: 513}", "size"),
          differ(
              "a member without a line is compared as it is",
              "{newFeature: {level: 'A'}}",
              "{newFeature: {level: 'B'}}",
              "newFeature.level"),
          differ(
              "the order of a list counts",
              "{commands: ['a', 'b']}",
              "{commands: ['b', 'a']}",
              "commands"),
          same(
              "the order of a set does not count",
              "{subnets: ['a', 'b']}",
              "{subnets: ['b', 'a']}"),
          differ(
              "a set counts repeated items",
              "{subnets: ['a', 'a']}",
              "{subnets: ['a', 'b']}",
              "subnets"),
          same("a default text", "{mode: 'STANDARD'}", "{}"),
          same("a default number", "{delivery: {retries: 3}}", "{delivery: {}}"),
          differ(
              "another number than the default",
              "{delivery: {retries: 4}}",
              "{delivery: {}}",
              "delivery.retries"),
          same("text in any case", "{priority: 'HIGH'}", "{priority: 'high'}"),
          same("a JSON document as text", "{policy: {a: 1}}", "{policy: '{\"a\": 1.0}'}"),
          differ("a JSON document", "{policy: {a: 1}}", "{policy: '{\"a\": 2}'}", "policy"),
          differ("a text that is not JSON", "{policy: '{'}", "{policy: '['}", "policy"),
          same("a name and its ARN", "{owner: 'web'}", "{owner: 'arn:aws:iam::1:role/path/web'}"),
          differ("another name", "{owner: 'db'}", "{owner: 'arn:aws:iam::1:role/web'}", "owner"),
          differ(
              "another ARN",
              "{owner: 'arn:aws:iam::1:role/web'}",
              "{owner: 'arn:aws:iam::2:role/web'}",
              "owner"),
          same(
              "a namespace by name and by ARN",
              "{logging: {namespace: 'internal'}}",
              "{logging: {namespace: 'arn:aws:servicediscovery:eu-central-1:1:namespace/ns-1'}}"),
          differ(
              "another namespace",
              "{logging: {namespace: 'internal'}}",
              "{logging: {namespace: 'external'}}",
              "logging.namespace"),
          same(
              "the items of a set with their defaults",
              "{targets: [{name: 'a'}, {name: 'b', weight: 1}]}",
              "{targets: [{name: 'b', alias: 'b', weight: 1}, {name: 'a', alias: 'a', weight: 0}]}"),
          same(
              "items go by their key",
              "{disks: [{name: 'a'}, {name: 'b', encrypted: true}]}",
              "{disks: [{name: 'b'}, {name: 'a'}]}"),
          differ(
              "each item is a field",
              "{disks: [{name: 'a', size: 1}, {name: 'b'}]}",
              "{disks: [{name: 'a', size: 2}, {name: 'c'}]}",
              "disks[a].size",
              "disks[b]",
              "disks[c]"),
          differ(
              "a default of true",
              "{disks: [{name: 'a', encrypted: false}]}",
              "{disks: [{name: 'a'}]}",
              "disks[a].encrypted"),
          differ(
              "each pair is a field, even without a value",
              "{settings: [{name: 'a'}, {name: 'b', value: '1'}]}",
              "{settings: [{name: 'b', value: '2'}]}",
              "settings[a]",
              "settings[b]"),
          differ(
              "each entry is a field, even with an empty value",
              "{logging: {options: {'a.b': ''}}}",
              "{logging: {options: {}}}",
              "logging.options[a.b]"),
          same(
              "a list in a merged block",
              "{delivery: {hooks: [{arn: 'a'}, {arn: 'b'}]}}",
              "{delivery: {hooks: [{arn: 'b'}, {arn: 'a'}]}}"),
          differ(
              "an object on one side only is one change",
              "{network: {vpc: 'a', zones: ['b']}}",
              "{}",
              "network"));

  @ParameterizedTest
  @FieldSource("PAIRS")
  void treesAreEquivalentAsTheTableSays(Pair pair) {
    assertThat(pair.differingBy(REVISION)).containsExactlyInAnyOrderElementsOf(pair.differing());
  }

  static Stream<String> lines() {
    return REVISION.equivalences().lines().keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("lines")
  void everyLineIsNeededByAPair(String pattern) {
    Map<String, Equivalence> lines = new HashMap<>(REVISION.equivalences().lines());
    lines.remove(pattern);
    ComparableSchema without = REVISION.withEquivalences(new Equivalences(lines));

    assertThat(PAIRS)
        .as("a pair that goes wrong without the line for %s", pattern)
        .anySatisfy(
            pair -> assertThat(pair.differingBy(without)).isNotEqualTo(pair.differingBy(REVISION)));
  }

  @Test
  void tagsAreComparedByKeyWithoutALine() {
    assertThat(
            new Differ()
                .diff(
                    REVISION,
                    Json.object("{tags: [{key: 'a', value: '1'}, {key: 'b', value: '2'}]}"),
                    Json.object(
                        "{tags: [{key: 'b', value: '3'}, {key: 'c', value: '4'}, {key: 'a', value: '1'}]}"),
                    List.of(),
                    List.of()))
        .extracting(FieldChange::path)
        .containsExactly("tags[b]");
  }
}

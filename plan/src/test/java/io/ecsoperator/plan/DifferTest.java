package io.ecsoperator.plan;

import static io.ecsoperator.plan.MadeUpSchema.QUEUE;
import static io.ecsoperator.plan.MadeUpSchema.REVISION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DifferTest {
  private final Differ differ = new Differ();

  private List<FieldChange> diff(
      String desired, String observed, List<String> applied, List<String> ignored) {
    return differ.diff(QUEUE, Json.object(desired), Json.object(observed), applied, ignored);
  }

  private static FieldChange change(String path, String from, String to) {
    return new FieldChange(path, node(from), node(to));
  }

  private static JsonNode node(String text) {
    return text.isEmpty() ? Values.MISSING : Json.json(text);
  }

  @Test
  void aChangeHasTheObservedAndTheDesiredValue() {
    assertThat(
            diff(
                "{size: 3, tags: [{key: 'team', value: 'web'}]}",
                "{size: 2, tags: []}",
                List.of(),
                List.of()))
        .containsExactly(change("size", "2", "3"), change("tags[team]", "", "'web'"));
  }

  @Test
  void anObjectThatIsNotObservedIsOneChange() {
    assertThat(diff("{network: {vpc: 'a', zones: ['b']}}", "{}", List.of(), List.of()))
        .containsExactly(change("network", "", "{vpc: 'a', zones: ['b']}"));
  }

  @Test
  void fieldsThatNeitherSpecNorOperatorEverSetDoNotDiffer() {
    assertThat(
            diff(
                "{queueName: 'web'}",
                """
                {queueName: 'web', size: 5, privileged: true, priority: 'high', subnets: ['a'],
                 tags: [{key: 'cost', value: '1'}], delivery: {retries: 9, alarms: {on: true}}}""",
                List.of("queueName"),
                List.of()))
        .isEmpty();
  }

  @Nested
  class Resetting {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '"',
        value = {
          "privileged          | {privileged: true}",
          "subnets             | {subnets: ['a']}",
          "mode                | {mode: 'FIFO'}",
          "delivery.retries    | {delivery: {retries: 9}}",
          "delivery.hooks      | {delivery: {hooks: [{arn: 'a'}]}}",
          "tags[team]          | {tags: [{key: 'team', value: ''}]}",
          "network.zone        | {network: {zone: 'a'}}",
        })
    void aFieldTakenOutOfTheSpecIsReset(String path, String observed) {
      String desired = path.startsWith("network") ? "{network: {}}" : "{}";
      assertThat(diff(desired, observed, List.of(path), List.of()))
          .extracting(FieldChange::path, change -> change.to().isMissingNode())
          .containsExactly(tuple(path, true));
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '"',
        value = {
          "privileged          | {privileged: false}",
          "subnets             | {subnets: []}",
          "mode                | {mode: 'STANDARD'}",
          "delivery.retries    | {delivery: {retries: 3}}",
          "delivery.retries    | {mode: 'FIFO', delivery: {retries: 1}}",
          "delivery.alarms.on  | {delivery: {alarms: {on: false, names: ['a']}}}",
          "tags[team]          | {tags: []}",
        })
    void aFieldAtItsResetValueIsLeftAlone(String path, String observed) {
      assertThat(diff("{}", observed, List.of(path), List.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '"',
        value = {
          "size                | {size: 3}",
          "strategy            | {strategy: ['a']}",
          "network.zones       | {network: {zones: ['a']}}",
        })
    void aFieldThatCannotBeResetIsReleased(String path, String observed) {
      assertThat(diff("{}", observed, List.of(path), List.of())).isEmpty();
    }

    @Test
    void aSpecialResourceHasItsOwnResetValue() {
      assertThat(
              diff(
                  "{}",
                  "{mode: 'FIFO', delivery: {retries: 3}}",
                  List.of("delivery.retries"),
                  List.of()))
          .containsExactly(change("delivery.retries", "3", ""));
    }

    @Test
    void aBlockIsResetAsOne() {
      String observed =
          """
          {delivery: {retries: 9, alarms: {on: true, names: ['a']}},
           disks: [{name: 'data', size: {gib: 5}}]}""";
      assertThat(
              diff(
                  "{delivery: {retries: 9}}",
                  observed,
                  AppliedPaths.of(QUEUE, Json.object(observed)),
                  List.of()))
          .extracting(FieldChange::path)
          .containsExactlyInAnyOrder("delivery.alarms", "disks[data]");
    }
  }

  @Nested
  class ManagedByOthers {

    @Test
    void anIgnoredFieldNeverDiffersAndIsNeverReset() {
      assertThat(
              diff(
                  "{size: 3, delivery: {retries: 9}, tags: [{key: 'team', value: 'a'}]}",
                  "{size: 9, delivery: {retries: 2}, tags: [{key: 'cost', value: '1'}]}",
                  List.of("tags[cost]", "delivery.hooks"),
                  List.of("size", "tags[cost]", "delivery")))
          .containsExactly(change("tags[team]", "", "'a'"));
    }

    @Test
    void aPathThatCannotBeParsedIsRefusedByName() {
      assertThatThrownBy(() -> diff("{}", "{}", List.of(), List.of("tags[team")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'tags[team' is not a field path");
    }

    @Test
    void aMemberThatEcsOwnsUnderAConditionIsNotCompared() {
      assertThat(diff("{mode: 'FIFO', size: 1}", "{mode: 'FIFO', size: 4}", List.of(), List.of()))
          .isEmpty();
      assertThat(diff("{size: 1}", "{mode: 'FIFO', size: 4}", List.of(), List.of())).isEmpty();
    }

    @Test
    void theConditionFollowsTheDesiredValue() {
      assertThat(
              diff("{mode: 'STANDARD', size: 1}", "{mode: 'FIFO', size: 4}", List.of(), List.of()))
          .extracting(FieldChange::path)
          .containsExactly("mode", "size");
    }

    @Test
    void anIgnoredFieldYieldsToTheObservedValue() {
      String desired = "{disks: [{name: 'a', image: 'a:1'}, {name: 'b', image: 'b:1'}]}";
      String observed = "{disks: [{name: 'b', image: 'b:0'}, {name: 'a', image: 'a:9'}]}";
      List<String> ignored = List.of("disks[a].image");

      assertThat(differ.diffBody(REVISION, Json.object(desired), Json.object(observed), ignored))
          .containsExactly(change("disks[b].image", "'b:0'", "'b:1'"));
      assertThat(differ.yielding(REVISION, Json.object(desired), Json.object(observed), ignored))
          .isEqualTo(
              Json.object("{disks: [{name: 'a', image: 'a:9'}, {name: 'b', image: 'b:1'}]}"));
    }
  }

  @Nested
  class Body {

    @Test
    void fieldsThatTheSpecNoLongerHasDiffer() {
      assertThat(
              differ.diffBody(
                  REVISION,
                  Json.object("{queueName: 'web', disks: [{name: 'a'}]}"),
                  Json.object("{queueName: 'web', size: 3, disks: [{name: 'a', user: 'root'}]}"),
                  List.of()))
          .containsExactlyInAnyOrder(
              change("size", "3", ""), change("disks[a].user", "'root'", ""));
    }

    @Test
    void tagsAreNoPartOfIt() {
      assertThat(
              differ.diffBody(
                  REVISION,
                  Json.object("{tags: [{key: 'a', value: '1'}]}"),
                  Json.object("{tags: [{key: 'b', value: '2'}]}"),
                  List.of()))
          .isEmpty();
    }
  }
}

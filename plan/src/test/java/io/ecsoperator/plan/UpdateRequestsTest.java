package io.ecsoperator.plan;

import static io.ecsoperator.plan.MadeUpSchema.QUEUE;
import static io.ecsoperator.plan.MadeUpSchema.REVISION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.plan.UpdateRequests.Update;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class UpdateRequestsTest {
  private final Differ differ = new Differ();
  private final UpdateRequests requests = new UpdateRequests();

  private List<FieldChange> changes(String desired, String observed) {
    return changes(Json.object(desired), Json.object(observed), Json.object(observed));
  }

  private List<FieldChange> changes(ObjectNode desired, ObjectNode observed, ObjectNode applied) {
    return differ.diff(QUEUE, desired, observed, AppliedPaths.of(QUEUE, applied), List.of());
  }

  /**
   * @param before what the operator applied and ECS shows
   * @param ecsAdds what ECS shows besides
   * @param update the members of UpdateQueue
   */
  private record Edit(String name, String before, String ecsAdds, String after, String update) {
    @Override
    public String toString() {
      return name;
    }
  }

  static final List<Edit> EDITS =
      List.of(
          new Edit(
              "only the changed member",
              "{priority: 'a', size: 2, network: {zones: ['a']}}",
              "{owner: 'a'}",
              "{priority: 'b', size: 2, network: {zones: ['a']}}",
              "{priority: 'b'}"),
          new Edit("no change: nothing", "{size: 2}", "{}", "{size: 2}", "{}"),
          new Edit("tags: nothing", "{}", "{}", "{tags: [{key: 'a', value: '1'}]}", "{}"),
          new Edit(
              "replace-only members: nothing",
              "{queueName: 'a', engine: 'x', network: {vpc: 'a'}}",
              "{}",
              "{queueName: 'b', engine: 'y', network: {vpc: 'b'}}",
              "{}"),
          new Edit(
              "a block keeps the fields that others manage",
              "{logging: {group: 'a'}}",
              "{logging: {group: 'a', namespace: 'n'}}",
              "{logging: {group: 'b'}}",
              "{logging: {group: 'b', namespace: 'n'}}"),
          new Edit(
              "a field of a block is left out of it",
              "{logging: {group: 'a', level: 'x'}}",
              "{}",
              "{logging: {group: 'a'}}",
              "{logging: {group: 'a'}}"),
          new Edit(
              "a block is sent without its replace-only field",
              "{network: {vpc: 'a', zones: ['a']}}",
              "{}",
              "{network: {vpc: 'a', zones: ['b']}}",
              "{network: {zones: ['b']}}"),
          new Edit(
              "of a merged block only the changed part",
              "{delivery: {retries: 9, hooks: [{arn: 'a'}]}}",
              "{delivery: {retries: 9, hooks: [{arn: 'a'}], alarms: {on: true}}}",
              "{delivery: {retries: 8, hooks: [{arn: 'a'}]}}",
              "{delivery: {retries: 8}}"),
          new Edit(
              "a reset is a value",
              "{mode: 'FIFO', privileged: true, subnets: ['a'], disks: [{name: 'd'}], delivery: {alarms: {on: true}}}",
              "{}",
              "{}",
              "{mode: 'STANDARD', privileged: false, subnets: [], disks: [], delivery: {alarms: {on: false}}}"));

  @ParameterizedTest
  @FieldSource("EDITS")
  void anUpdateCarriesExactlyTheChanges(Edit edit) {
    ObjectNode before = Json.object(edit.before());
    ObjectNode observed = before.deepCopy();
    observed.setAll(Json.object(edit.ecsAdds()));
    List<FieldChange> changes = changes(Json.object(edit.after()), observed, before);

    ObjectNode members =
        requests.of(QUEUE, Json.object(edit.after()), observed, changes).stream()
            .map(Update::members)
            .reduce(Json.object("{}"), (all, more) -> all.setAll(more));

    assertThat(members).isEqualTo(Json.object(edit.update()));
  }

  @Test
  void eachCallCarriesItsOwnMembersInTheOrderOfTheSchema() {
    String observed = "{size: 1, targets: [{name: 'a'}], fallbacks: [{name: 'f'}]}";
    List<FieldChange> changes =
        changes("{targets: [{name: 'b'}], size: 2, fallbacks: [{name: 'f'}]}", observed);

    assertThat(requests.of(QUEUE, Json.object("{}"), Json.object(observed), changes))
        .extracting(Update::operation, Update::members)
        .containsExactly(
            tuple("UpdateQueue", Json.object("{size: 2}")),
            tuple(
                "PutQueueTargets",
                Json.object("{targets: [{name: 'b'}], fallbacks: [{name: 'f'}]}")));
  }

  @Test
  void anUpdateHasTheChangesThatMakeItNecessary() {
    List<FieldChange> changes = changes("{targets: [{name: 'b'}], size: 2}", "{size: 1}");

    assertThat(requests.of(QUEUE, Json.object("{}"), Json.object("{size: 1}"), changes))
        .extracting(update -> update.changes().stream().map(FieldChange::path).toList())
        .containsExactly(List.of("size"), List.of("targets"));
  }

  @Test
  void aListThatTheResourceDoesNotHaveIsSentEmpty() {
    List<FieldChange> changes = changes("{}", "{targets: [{name: 'a'}]}");

    assertThat(
            requests.of(QUEUE, Json.object("{}"), Json.object("{targets: [{name: 'a'}]}"), changes))
        .extracting(Update::members)
        .containsExactly(Json.object("{targets: [], fallbacks: []}"));
  }

  @Test
  void anImmutableResourceHasNoUpdates() {
    FieldChange change = new FieldChange("size", Json.json("1"), Json.json("2"));
    assertThat(
            requests.of(
                REVISION, Json.object("{size: 2}"), Json.object("{size: 1}"), List.of(change)))
        .isEmpty();
  }

  @Test
  void makingARequestDoesNotModifyTheObservedTree() {
    ObjectNode observed = Json.object("{subnets: ['a']}");
    requests.of(
        QUEUE,
        Json.object("{}"),
        observed,
        List.of(new FieldChange("subnets", observed.get("subnets"), Values.MISSING)));
    assertThat(observed).isEqualTo(Json.object("{subnets: ['a']}"));
  }

  @Test
  void tagsArePutAndRemoved() {
    List<FieldChange> changes =
        differ.diff(
            QUEUE,
            Json.object("{size: 1, tags: [{key: 'team', value: 'web'}, {key: 'a]b', value: ''}]}"),
            Json.object("{tags: [{key: 'team', value: 'db'}, {key: 'old.key', value: '1'}]}"),
            List.of("tags[old.key]", "tags[team]"),
            List.of());

    UpdateRequests.TagUpdate tags = requests.tags(changes);
    assertThat(tags.toPut())
        .isEqualTo(Json.json("[{key: 'team', value: 'web'}, {key: 'a]b', value: ''}]"));
    assertThat(tags.keysToRemove()).containsExactly("old.key");
    assertThat(tags.isEmpty()).isFalse();
    assertThat(requests.tags(List.of()).isEmpty()).isTrue();
  }

  @Nested
  class Replacements {

    private List<String> replacements(String desired, String observed) {
      return requests.replacements(QUEUE, changes(desired, observed)).stream()
          .map(FieldChange::path)
          .toList();
    }

    @Test
    void aChangeOfAReplaceOnlyFieldNeedsOne() {
      assertThat(
              replacements(
                  "{queueName: 'b', size: 2, network: {vpc: 'b', zones: ['b']}}",
                  "{queueName: 'a', size: 1, network: {vpc: 'a', zones: ['a']}}"))
          .containsExactlyInAnyOrder("queueName", "network.vpc");
    }

    @Test
    void aNewBlockWithAReplaceOnlyFieldNeedsOne() {
      assertThat(replacements("{network: {vpc: 'b', zones: ['b']}}", "{}"))
          .containsExactly("network");
      assertThat(replacements("{network: {zones: ['b']}}", "{}")).isEmpty();
    }

    @Test
    void aFieldThatIsReplaceOnlyOnceShownNeedsOneOnlyIfItIsObserved() {
      assertThat(replacements("{engine: 'b'}", "{engine: 'a'}")).containsExactly("engine");
      assertThat(replacements("{engine: 'b'}", "{}")).isEmpty();
    }
  }
}

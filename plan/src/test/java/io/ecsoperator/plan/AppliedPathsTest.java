package io.ecsoperator.plan;

import static io.ecsoperator.plan.MadeUpSchema.QUEUE;
import static io.ecsoperator.plan.MadeUpSchema.REVISION;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class AppliedPathsTest {

  @Test
  void fieldsGoByNameItemsOfKeyedListsByKeyOtherListsAsOne() {
    assertThat(
            AppliedPaths.of(
                QUEUE,
                Json.object(
                    """
                    {queueName: 'web', tags: [{key: 'team', value: 'a'}],
                     targets: [{name: 'web', weight: 80}], subnets: [],
                     delivery: {retries: 9, alarms: {}},
                     disks: [{name: 'data', size: {gib: 5}}],
                     logging: {options: {'awslogs.group': 'g'}}}""")))
        .containsExactly(
            "delivery.retries",
            "disks[data].name",
            "disks[data].size.gib",
            "logging.options[awslogs.group]",
            "queueName",
            "subnets",
            "tags[team]",
            "targets");
  }

  @Test
  void anImmutableResourceHasOnlyTags() {
    assertThat(
            AppliedPaths.of(
                REVISION,
                Json.object(
                    "{queueName: 'web', disks: [{name: 'a'}], tags: [{key: 'a', value: ''}]}")))
        .containsExactly("tags[a]");
  }

  @Test
  void depthIsBounded() {
    ObjectNode deep = Json.object("{a: {b: {c: {d: {e: {f: {g: {h: {i: {j: 1}}}}}}}}}}");
    assertThat(AppliedPaths.of(QUEUE, deep)).containsExactly("a.b.c.d.e.f.g.h");
  }

  @Test
  void pathsThatAnUpdateResetAreForgottenEvenIfEcsFillsTheFieldInAgain() {
    ObjectNode observed =
        Json.object(
            "{logging: {on: true, namespace: 'ours'}, disks: [{name: 'data', size: {gib: 4}}]}");
    ObjectNode desired = Json.object("{logging: {on: true}}");
    Differ differ = new Differ();
    List<String> applied = AppliedPaths.of(QUEUE, observed);

    List<FieldChange> changes = differ.diff(QUEUE, desired, observed, applied, List.of());
    List<String> left = AppliedPaths.afterUpdate(applied, changes);

    assertThat(left).containsExactly("logging.on");
    ObjectNode filledIn = Json.object("{logging: {on: true, namespace: 'default'}}");
    assertThat(differ.diff(QUEUE, desired, filledIn, applied, List.of())).hasSize(1);
    assertThat(differ.diff(QUEUE, desired, filledIn, left, List.of())).isEmpty();
  }

  @Test
  void aValueThatEcsDoesNotShowIsSentUntilACallCarriedIt() {
    ObjectNode alpha = Json.object("{logging: {namespace: 'alpha'}}");
    ObjectNode beta = Json.object("{logging: {namespace: 'beta'}}");
    ObjectNode observed = Json.object("{logging: {namespace: 'arn:ns-1'}}");
    Differ differ = new Differ();

    List<String> before = AppliedPaths.beforeUpdate(AppliedPaths.of(QUEUE, alpha), QUEUE, beta);
    List<FieldChange> changes = differ.diff(QUEUE, beta, observed, before, List.of());
    List<String> after = AppliedPaths.afterUpdate(before, changes);

    assertThat(changes).extracting(FieldChange::path).containsExactly("logging.namespace");
    assertThat(differ.diff(QUEUE, beta, observed, before, List.of())).isEqualTo(changes);
    assertThat(after).isEqualTo(AppliedPaths.of(QUEUE, beta));
    assertThat(differ.diff(QUEUE, beta, observed, after, List.of())).isEmpty();
    assertThat(differ.diff(QUEUE, alpha, observed, after, List.of())).hasSize(1);
  }

  @Test
  void anUpdateOfOtherFieldsKeepsTheLastValue() {
    ObjectNode alpha = Json.object("{size: 1, logging: {namespace: 'alpha'}}");
    ObjectNode resized = Json.object("{size: 2, logging: {namespace: 'alpha'}}");
    ObjectNode observed = Json.object("{size: 1, logging: {namespace: 'arn:ns-1'}}");
    List<String> applied = AppliedPaths.of(QUEUE, alpha);

    List<FieldChange> changes = new Differ().diff(QUEUE, resized, observed, applied, List.of());

    assertThat(changes).extracting(FieldChange::path).containsExactly("size");
    assertThat(
            AppliedPaths.afterUpdate(AppliedPaths.beforeUpdate(applied, QUEUE, resized), changes))
        .isEqualTo(applied);
  }

  @Test
  void aValueThatEcsMayHaveTakenBackIsSentAgainAndStillReset() {
    ObjectNode alpha = Json.object("{size: 1, logging: {namespace: 'alpha'}}");
    ObjectNode observed = Json.object("{size: 1, logging: {namespace: 'arn:ns-1'}}");
    List<String> applied = AppliedPaths.takenBack(AppliedPaths.of(QUEUE, alpha));
    Differ differ = new Differ();

    List<FieldChange> changes = differ.diff(QUEUE, alpha, observed, applied, List.of());
    assertThat(changes).extracting(FieldChange::path).containsExactly("logging.namespace");
    assertThat(AppliedPaths.afterUpdate(AppliedPaths.beforeUpdate(applied, QUEUE, alpha), changes))
        .isEqualTo(AppliedPaths.of(QUEUE, alpha));
    assertThat(differ.diff(QUEUE, Json.object("{size: 1}"), observed, applied, List.of()))
        .hasSize(1);
  }

  @Test
  void onlyFieldsInNoneOfThoseThatAreAppliedNowAreLeaving() {
    List<String> before = List.of("logging.level", "size", "tags[a]", "tags[b]", "tags[c]");

    assertThat(
            AppliedPaths.withLeaving(
                before, List.of("logging.level#0a1b2c3d4e5f", "tags[a]"), List.of("tags[c]")))
        .containsExactly("logging.level#0a1b2c3d4e5f", "size", "tags[a]", "tags[b]");
    assertThat(AppliedPaths.withLeaving(before, List.of("logging", "size", "tags"), List.of()))
        .containsExactly("logging", "size", "tags");
  }
}

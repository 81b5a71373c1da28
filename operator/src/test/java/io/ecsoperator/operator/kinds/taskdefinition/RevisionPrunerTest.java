package io.ecsoperator.operator.kinds.taskdefinition;

import static io.ecsoperator.operator.Decisions.calls;
import static io.ecsoperator.operator.Decisions.changedPaths;
import static io.ecsoperator.operator.Decisions.done;
import static io.ecsoperator.operator.Decisions.execute;
import static io.ecsoperator.operator.Decisions.readyState;
import static io.ecsoperator.operator.Decisions.request;
import static io.ecsoperator.operator.Decisions.requests;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinitionStatus;
import io.ecsoperator.crds.taskdefinition.Revision;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.kinds.taskdefinition.OwnRevision.State;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RevisionPrunerTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String FAMILY = "arn:aws:ecs:eu-central-1:1:task-definition/web:";
  private static final ReadyState.Ready READY =
      new ReadyState.Ready(Reason.RECONCILED, "Revision web:9 is registered.");
  private static final ReadyState DELETING =
      new ReadyState.Reconciling(Reason.DELETING, "Going.", Duration.ofSeconds(5));

  private final RevisionPruner cleanup = new RevisionPruner();

  // Old revisions: the current one is 9

  @ParameterizedTest(name = "limit {0}, {1}, old {2}, in use {3}: {4}; history {5}")
  @CsvSource(
      nullValues = "-",
      value = {
        // Nothing beyond the limit.
        "2, Deregister, 8A 7A,          -,   -,                    9 8 7",
        "0, Deregister, -,              -,   -,                    9",
        // The newest stay.
        "2, Deregister, 8A 7A 6A 5A,    -,   -6 -5,                9 8 7 6 5",
        "0, Deregister, 8A 7A,          -,   -8 -7,                9 8 7",
        // A revision in use stays in addition to the limit.
        "1, Deregister, 8A 7A 6A 5A,    6,   -7 -5,                9 8 7 6 5",
        "1, Deregister, 8A 7A 6A,       7 6, -,                    9 8 7 6",
        "1, Deregister, 8A 7A 6A 5A,    8,   -7 -6 -5,             9 8 7 6 5",
        // A deregistered revision counts as gone, and not towards the limit.
        "1, Deregister, 8A 7I 6A 5A,    -,   -6 -5,                9 8 7 6 5",
        "1, Deregister, 8A 7I 6A 5I,    6,   -,                    9 8 6",
        "1, Deregister, 8I 7I 6G 5A,    -,   -,                    9 5",
        // Deleting also takes what was deregistered before, but only beyond the limit.
        "1, Delete,     8A 7A 6A,       -,   -7 -6 x7x6,           9 8 7 6",
        "1, Delete,     8A 7I 6A,       -,   -6 x7x6,              9 8 7 6",
        "1, Delete,     8A 7I,          -,   x7,                   9 8 7",
        "1, Delete,     8A 7I,          7,   -,                    9 8 7",
        "1, Delete,     8I 7A 6G,       -,   -7 x7,                9 8 7 6",
        "1, Delete,     8I 6G,          -,   -,                    9 8",
      })
  void limitUsageAndCleanUpPolicyDecideWhichRevisionsAreRemoved(
      int limit, String mode, String old, String used, String calls, String history) {
    Decision<EcsTaskDefinitionStatus> decision =
        prune(limit, mode, revisions(old), new RevisionsInUse(arns(used), false));

    assertThat(brief(decision)).isEqualTo(calls == null ? "" : calls);
    assertThat(numbers(facts(decision))).isEqualTo(history);
    assertThat(readyState(decision)).isEqualTo("Ready/Reconciled");
  }

  @Test
  void duringARolloutNothingGoesAndNothingIsForgotten() {
    Decision<EcsTaskDefinitionStatus> decision =
        prune(0, "Deregister", revisions("8A 7I"), new RevisionsInUse(Set.of(), true));

    assertThat(brief(decision)).isEmpty();
    assertThat(numbers(facts(decision))).isEqualTo("9 8 7");
  }

  @Test
  void usedRevisionBeyondTheLimitStaysInTheHistory() {
    EcsTaskDefinitionStatus status = status(9);

    Decision<EcsTaskDefinitionStatus> decision =
        cleanup.prune(
            Wanted.taskDefinition("{'revisionHistoryLimit':1}").context(status, NOW),
            status,
            READY,
            revisions("8A 7A"),
            new RevisionsInUse(arns("7"), false));

    assertThat(numbers(done(decision).status())).isEqualTo("9 7");
  }

  @Test
  void ofManyTenGoAtOnce() {
    List<OwnRevision> many =
        IntStream.iterate(60, n -> n - 1)
            .limit(50)
            .mapToObj(n -> revision(n, State.ACTIVE))
            .toList();

    Decision<EcsTaskDefinitionStatus> decision =
        prune(5, "Delete", many, new RevisionsInUse(Set.of(), false));

    assertThat(calls(decision)).hasSize(10 + 1);
    assertThat(calls(decision).getFirst().request().path("taskDefinition").asText())
        .isEqualTo(FAMILY + 55);
    assertThat(calls(decision).getLast().request().path("taskDefinitions")).hasSize(10);
  }

  @Test
  void revisionToDeleteIsInTheHistoryBeforeItIsDeregistered() {
    EcsTaskDefinitionStatus status = status(9, 8);

    Decision.Execute<EcsTaskDefinitionStatus> decision =
        execute(
            cleanup.prune(
                Wanted.taskDefinition("{'revisionHistoryLimit':1,'revisionCleanup':'Delete'}")
                    .context(status, NOW),
                status,
                READY,
                revisions("8A 7A"),
                new RevisionsInUse(Set.of(), false)));

    assertThat(numbers(decision.intent())).isEqualTo("9 8 7");
    assertThat(numbers(decision.status())).isEqualTo("9 8");
  }

  @Test
  void eachCallNamesTheRevisionItIsAbout() {
    Decision<EcsTaskDefinitionStatus> decision =
        prune(0, "Delete", revisions("8A"), new RevisionsInUse(Set.of(), false));

    assertThat(calls(decision)).hasSize(2);
    assertThat(calls(decision))
        .allSatisfy(call -> assertThat(changedPaths(call)).containsExactly("revisions[web:8]"));
  }

  // Deleting the object

  @Test
  void ownRevisionsAreDeregisteredAndStayUnlessTheyAreToBeDeleted() {
    Decision<EcsTaskDefinitionStatus> decision = delete("{}", revisions("2A 1I 0A"));

    assertThat(requests(decision))
        .containsExactly(
            request("DeregisterTaskDefinition", "{'taskDefinition':'" + FAMILY + "2'}"),
            request("DeregisterTaskDefinition", "{'taskDefinition':'" + FAMILY + "0'}"));
    assertThat(readyState(decision)).isEqualTo("Reconciling/Deleting");
  }

  @Test
  void revisionsToBeDeletedGoTogetherWithThoseDeregisteredBefore() {
    assertThat(brief(delete("{'revisionCleanup':'Delete'}", revisions("3A 2I 1A 0G"))))
        .isEqualTo("-3 -1 x3x2x1");
  }

  @Test
  void aDeletionThatFailedAfterDeregisteringGoesOn() {
    assertThat(brief(delete("{'revisionCleanup':'Delete'}", revisions("1I")))).isEqualTo("x1");
  }

  @Test
  void retainedRevisionsLoseOurTagsAndNothingElse() {
    Decision<EcsTaskDefinitionStatus> decision =
        delete("{'deletionPolicy':'Retain','revisionCleanup':'Delete'}", revisions("1A 0I"));

    assertThat(requests(decision))
        .containsExactly(
            request(
                "UntagResource",
                "{'resourceArn':'"
                    + FAMILY
                    + "1','tagKeys':['ecs-operator.io/owner','ecs-operator.io/spec-hash']}"));
  }

  @ParameterizedTest
  @CsvSource({"Deregister, 3I 2G", "Delete, 3G"})
  void whenNothingIsLeftToDoNoCallIsPlanned(String mode, String own) {
    assertThat(planOfDeletion("{'revisionCleanup':'" + mode + "'}", revisions(own))).isEmpty();
  }

  private Decision<EcsTaskDefinitionStatus> prune(
      int limit, String mode, List<OwnRevision> old, RevisionsInUse inUse) {
    EcsTaskDefinitionStatus status =
        status(
            Stream.concat(Stream.of(9), old.stream().map(RevisionPrunerTest::number))
                .mapToInt(Integer::intValue)
                .toArray());
    return cleanup.prune(
        Wanted.taskDefinition(
                "{'revisionHistoryLimit':" + limit + ",'revisionCleanup':'" + mode + "'}")
            .context(status, NOW),
        status,
        READY,
        old,
        inUse);
  }

  private Decision<EcsTaskDefinitionStatus> delete(String spec, List<OwnRevision> own) {
    return planOfDeletion(spec, own).orElseThrow();
  }

  private Optional<Decision<EcsTaskDefinitionStatus>> planOfDeletion(
      String spec, List<OwnRevision> own) {
    return cleanup.delete(
        Wanted.taskDefinition(spec).deletedAt(NOW).context(status(), NOW), own, DELETING);
  }

  private static EcsTaskDefinitionStatus status(int... history) {
    return new EcsTaskDefinitionStatus(
        CommonStatus.unknown().withArn(FAMILY + 9),
        "web",
        9,
        "hash",
        null,
        Arrays.stream(history).mapToObj(n -> new Revision(FAMILY + n, null)).toList());
  }

  /** From {@code 3A 2I 1G}: numbers, and whether active, inactive or gone. */
  private static List<OwnRevision> revisions(String text) {
    return words(text)
        .map(
            word -> {
              State state =
                  switch (word.charAt(word.length() - 1)) {
                    case 'A' -> State.ACTIVE;
                    case 'I' -> State.INACTIVE;
                    default -> State.GONE;
                  };
              return revision(Integer.parseInt(word.substring(0, word.length() - 1)), state);
            })
        .toList();
  }

  private static OwnRevision revision(int number, State state) {
    return new OwnRevision(new Revision(FAMILY + number, null), state);
  }

  private static Set<String> arns(String numbers) {
    return words(numbers).map(number -> FAMILY + number).collect(Collectors.toSet());
  }

  private static Stream<String> words(String text) {
    return text == null ? Stream.of() : Stream.of(text.split(" "));
  }

  /** The calls as {@code -3} (deregister) and {@code x3x2} (delete). */
  private static String brief(Decision<?> decision) {
    if (decision instanceof Decision.Done<?>) {
      return "";
    }
    return calls(decision).stream()
        .map(
            call ->
                call.operation().equals("DeregisterTaskDefinition")
                    ? "-" + number(call.request().path("taskDefinition").asText())
                    : call.request()
                        .path("taskDefinitions")
                        .valueStream()
                        .map(arn -> "x" + number(arn.asText()))
                        .collect(Collectors.joining()))
        .collect(Collectors.joining(" "));
  }

  private static EcsTaskDefinitionStatus facts(Decision<EcsTaskDefinitionStatus> decision) {
    return decision instanceof Decision.Execute<EcsTaskDefinitionStatus> act
        ? act.status()
        : done(decision).status();
  }

  private static String numbers(EcsTaskDefinitionStatus status) {
    return status.history().stream()
        .map(revision -> String.valueOf(number(revision.arn())))
        .collect(Collectors.joining(" "));
  }

  private static int number(OwnRevision revision) {
    return number(revision.arn());
  }

  private static int number(String arn) {
    return Integer.parseInt(arn.substring(arn.lastIndexOf(':') + 1));
  }
}

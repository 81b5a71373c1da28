package io.ecsoperator.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.Condition;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ConditionsTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final ReadyState READY = new ReadyState.Ready(Reason.RECONCILED, "All is well.");
  private static final ReadyState WORKING =
      new ReadyState.Reconciling(Reason.UPDATING, "Working.", Duration.ofSeconds(5));
  private static final ReadyState STALLED =
      new ReadyState.Stalled(Reason.REFUSED, "Change the spec.");

  @Provide
  Arbitrary<Conditions.ObjectState> assessments() {
    Arbitrary<ReadyState> readyStates =
        Combinators.combine(
                Arbitraries.of(READY, WORKING, STALLED), Arbitraries.of(Reason.values()))
            .as(
                (readyState, reason) ->
                    switch (readyState) {
                      case ReadyState.Ready ready -> new ReadyState.Ready(reason, "ready");
                      case ReadyState.Reconciling going ->
                          new ReadyState.Reconciling(reason, "going on", Duration.ZERO);
                      case ReadyState.Stalled stalled -> new ReadyState.Stalled(reason, "stalled");
                    });
    Arbitrary<Optional<AwsFailure>> failures =
        Arbitraries.of(FailureClass.values())
            .map(of -> AwsFailure.of("UpdateService", of, "Code", "said"))
            .optional();
    return Combinators.combine(
            Arbitraries.of(Conditions.Main.values()),
            Arbitraries.of(true, false),
            readyStates,
            Arbitraries.of(true, false).optional(),
            failures,
            Arbitraries.of(true, false))
        .as(Conditions.ObjectState::new);
  }

  @Property
  void kstatusAgreesWithTheReadyState(@ForAll("assessments") Conditions.ObjectState state) {
    List<Condition> conditions = Conditions.of(state, List.of(), 7, NOON);

    Kstatus expected =
        switch (state.readyState()) {
          case ReadyState.Ready ready -> Kstatus.CURRENT;
          case ReadyState.Reconciling reconciling -> Kstatus.IN_PROGRESS;
          case ReadyState.Stalled stalled -> Kstatus.FAILED;
        };
    assertThat(Kstatus.of(false, 7, 7L, conditions)).isEqualTo(expected);
    assertThat(Kstatus.of(false, 8, 7L, conditions)).isEqualTo(Kstatus.IN_PROGRESS);
    assertThat(Kstatus.of(true, 7, 7L, conditions)).isEqualTo(Kstatus.TERMINATING);
  }

  @Property
  void everySetIsSound(
      @ForAll("assessments") Conditions.ObjectState first,
      @ForAll("assessments") Conditions.ObjectState then) {
    List<Condition> before = Conditions.of(first, List.of(), 1, NOON);
    List<Condition> after = Conditions.of(then, before, 2, NOON.plusSeconds(60));

    assertThat(after).extracting(Condition::type).doesNotHaveDuplicates();
    assertThat(isTrue("Reconciling", after) && isTrue("Stalled", after)).isFalse();
    assertThat(isTrue("Ready", after) && (isTrue("Reconciling", after) || isTrue("Stalled", after)))
        .isFalse();
    assertThat(after).allSatisfy(condition -> assertThat(condition.status()).isIn("True", "False"));
    assertThat(after)
        .allSatisfy(
            condition -> {
              assertThat(condition.reason()).matches("[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?");
              assertThat(condition.message()).isNotBlank();
              assertThat(Instant.parse(condition.lastTransitionTime())).isNotNull();
            });
    assertThat(after)
        .filteredOn(condition -> !condition.type().equals("Available"))
        .allSatisfy(condition -> assertThat(condition.observedGeneration()).isEqualTo(2));
  }

  @Property
  void theTransitionTimeMovesOnlyWithTheStatus(
      @ForAll("assessments") Conditions.ObjectState first,
      @ForAll("assessments") Conditions.ObjectState then) {
    List<Condition> before = Conditions.of(first, List.of(), 1, NOON);
    List<Condition> after = Conditions.of(then, before, 2, NOON.plusSeconds(60));

    for (Condition condition : after) {
      Optional<Condition> old = Conditions.find(before, condition.type());
      boolean same = old.filter(o -> o.status().equals(condition.status())).isPresent();
      assertThat(Instant.parse(condition.lastTransitionTime()))
          .isEqualTo(same ? NOON : NOON.plusSeconds(60));
    }
  }

  @Property
  void onlyAManagedObjectHasReady(@ForAll("assessments") Conditions.ObjectState state) {
    List<Condition> conditions = Conditions.of(state, List.of(), 1, NOON);

    assertThat(conditions.getFirst().type())
        .isEqualTo(
            switch (state.mainCondition()) {
              case READY -> "Ready";
              case PLANNED -> "Planned";
              case OBSERVED -> "Observed";
            });
    assertThat(conditions)
        .extracting(Condition::type)
        .filteredOn(List.of("Ready", "Planned", "Observed")::contains)
        .hasSize(1);
  }

  @Example
  void availableIsKeptIfItWasNotObserved() {
    List<Condition> serving = Conditions.of(state(READY, Optional.of(true)), List.of(), 1, NOON);

    List<Condition> failing =
        Conditions.of(state(WORKING, Optional.empty()), serving, 2, NOON.plusSeconds(60));

    assertThat(Conditions.find(failing, "Available"))
        .isEqualTo(Conditions.find(serving, "Available"));
  }

  @Example
  void aPauseThatEndedLeavesNoTrace() {
    Conditions.ObjectState paused =
        new Conditions.ObjectState(
            Conditions.Main.READY, true, WORKING, Optional.empty(), Optional.empty(), true);
    List<Condition> before = Conditions.of(paused, List.of(), 1, NOON);

    List<Condition> after =
        Conditions.of(state(READY, Optional.empty()), before, 1, NOON.plusSeconds(1));

    assertThat(before).extracting(Condition::type).contains("Paused", "Drifted");
    assertThat(after).extracting(Condition::type).doesNotContain("Paused", "Drifted");
  }

  @Example
  void timesAreWrittenToTheSecond() {
    List<Condition> conditions =
        Conditions.of(state(READY, Optional.empty()), List.of(), 1, NOON.plusMillis(123));

    assertThat(conditions.getFirst().lastTransitionTime()).isEqualTo("2026-01-01T12:00:00Z");
  }

  @Example
  void aMessageOfAwsOfAnyLengthIsCutToOneKibibyteAndKeepsTheRequestId() {
    AwsFailure failure =
        AwsFailure.of("CreateService", FailureClass.BLOCKED, "Refused", "ü€😀".repeat(100_000))
            .withRequestId(Optional.of("id-7"));
    ReadyState stalled =
        FailureStates.of(
            failure, Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofMinutes(10));

    List<Condition> conditions =
        Conditions.of(state(stalled, Optional.empty()).withFailure(failure), List.of(), 1, NOON);

    assertThat(conditions)
        .allSatisfy(
            condition ->
                assertThat(condition.message().getBytes(StandardCharsets.UTF_8))
                    .hasSizeLessThanOrEqualTo(1024));
    assertThat(Conditions.find(conditions, Conditions.STALLED).orElseThrow().message())
        .startsWith("CreateService failed with Refused: ü€😀")
        .contains("AWS request id id-7")
        .endsWith("reconcile-requested-at changes.");
  }

  private static Conditions.ObjectState state(ReadyState readyState, Optional<Boolean> available) {
    return new Conditions.ObjectState(
        Conditions.Main.READY, false, readyState, available, Optional.empty(), false);
  }

  private static boolean isTrue(String type, List<Condition> conditions) {
    return Conditions.find(conditions, type)
        .filter(condition -> condition.status().equals("True"))
        .isPresent();
  }
}

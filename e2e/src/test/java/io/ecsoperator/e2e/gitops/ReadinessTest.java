package io.ecsoperator.e2e.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaValue;

/** What Argo CD, kstatus and {@code kubectl wait} make of the recorded states. */
class ReadinessTest {

  private static final Readiness DONE = new Readiness("Healthy", "Current", true);
  private static final Readiness IN_PROGRESS = new Readiness("Progressing", "InProgress", false);
  private static final Readiness FAILED = new Readiness("Degraded", "Failed", false);
  private static final Readiness HELD = new Readiness("Suspended", "InProgress", false);

  /** kstatus knows no annotations, and the conditions are those of a Ready object. */
  private static final Readiness ANNOTATED = new Readiness("Progressing", "Current", true);

  /** An object that is not managed is done when the operator has read ECS; it is never Ready. */
  private static final Readiness NOT_MANAGED = new Readiness("Suspended", "Current", false);

  private static final Map<String, Readiness> STATES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("backing-off", IN_PROGRESS),
              Map.entry("changed-not-observed", IN_PROGRESS),
              Map.entry("creating", IN_PROGRESS),
              Map.entry("deleting", new Readiness("Progressing", "Terminating", false)),
              Map.entry("failed", FAILED),
              // The schema's default for status rules this state out for kstatus.
              Map.entry("new", new Readiness("Progressing", "Current", false)),
              Map.entry("new-with-defaults", IN_PROGRESS),
              Map.entry("not-owned", FAILED),
              Map.entry("observed", NOT_MANAGED),
              Map.entry("observed-missing", HELD),
              Map.entry("paused-not-observed", new Readiness("Suspended", "Current", true)),
              Map.entry("paused-with-changes", HELD),
              Map.entry("planned-with-changes", NOT_MANAGED),
              Map.entry("ready", DONE),
              Map.entry("reconcile-requested", ANNOTATED),
              Map.entry("redeploy-requested", ANNOTATED),
              Map.entry("redeployed", DONE),
              Map.entry("refused", FAILED),
              Map.entry("replacement-required", FAILED),
              Map.entry("rolled-back", FAILED),
              Map.entry("rolling-out", IN_PROGRESS),
              Map.entry("running", IN_PROGRESS),
              Map.entry("running-as-wanted", DONE),
              Map.entry("succeeded", DONE),
              Map.entry("waiting-at-hook", HELD),
              Map.entry("waiting-for-capacity-provider", IN_PROGRESS),
              Map.entry("waiting-for-reference", IN_PROGRESS)));

  static Stream<Arguments> recordings() {
    return Customization.all().stream()
        .flatMap(
            kind ->
                kind.states().entrySet().stream()
                    .map(state -> arguments(kind, state.getKey(), state.getValue())));
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void eachReaderTakesAStateForWhatItIs(Customization kind, String state, JsonNode object) {
    assertThat(STATES).containsKey(state);

    assertThat(Readiness.of(object)).isEqualTo(STATES.get(state)).matches(Readiness::agrees);
    assertThat(LuaSandbox.run(kind.health(), object).get("message").checkjstring()).isNotBlank();
  }

  @Test
  void everyStateIsRecorded() {
    assertThat(Customization.all().stream().flatMap(kind -> kind.states().keySet().stream()))
        .containsAll(STATES.keySet());
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void aNewSpecEndsNoWaitBeforeTheOperatorHasObservedIt(
      Customization kind, String state, JsonNode object) {
    ObjectNode changed = object.deepCopy();
    ObjectNode metadata = (ObjectNode) changed.get("metadata");
    metadata.put("generation", metadata.get("generation").asLong() + 1);
    metadata.remove("deletionTimestamp");
    metadata.remove("annotations");
    if (!object.has("status")) {
      return;
    }

    assertThat(LuaSandbox.run(kind.health(), changed).get("status").checkjstring())
        .isEqualTo("Progressing");
    assertThat(KstatusRules.status(changed)).isEqualTo("InProgress");
    assertThat(KstatusRules.waitEnds(changed, "Ready")).isFalse();
    assertThat(KstatusRules.waitEnds(changed, "Planned")).isFalse();
    assertThat(KstatusRules.waitEnds(changed, "Observed")).isFalse();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aReadyObjectThatIsDeletedIsNotHealthy(Customization kind) {
    SortedMap<String, JsonNode> states = kind.states();
    ObjectNode deleted = states.getOrDefault("ready", states.get("succeeded")).deepCopy();
    ((ObjectNode) deleted.at("/metadata")).put("deletionTimestamp", "2026-01-01T00:00:00Z");

    assertThat(Readiness.of(deleted)).isEqualTo(new Readiness("Progressing", "Terminating", true));
  }

  @Test
  void aConditionOfAnEarlierGenerationDoesNotCount() {
    Customization services = new Customization("EcsService");
    ObjectNode object = services.states().get("ready").deepCopy();
    ((ObjectNode) object.at("/metadata")).put("generation", 2);
    ((ObjectNode) object.at("/status")).put("observedGeneration", 2);

    assertThat(LuaSandbox.run(services.health(), object).get("status").checkjstring())
        .isEqualTo("Progressing");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void scriptsDoNotFailOnAnObjectWithoutAnything(Customization kind) {
    JsonNode bare = Customization.bare(kind.kind());

    assertThat(LuaSandbox.run(kind.health(), bare).get("status").checkjstring())
        .isEqualTo("Progressing");
    assertThat(LuaSandbox.run(kind.discovery(), bare).keyCount()).isPositive();
    kind.actions().values().forEach(action -> LuaSandbox.run(action, bare));
  }

  static List<Customization> kinds() {
    return Customization.all();
  }

  @Test
  void theSandboxHasNoOtherLibrariesAndStopsEndlessScripts() {
    JsonNode bare = Customization.bare("EcsService");

    for (String library : List.of("string", "math", "os", "io", "debug", "coroutine", "luajava")) {
      assertThat(LuaSandbox.run("return { known = " + library + " ~= nil }", bare).get("known"))
          .as(library)
          .isEqualTo(LuaValue.FALSE);
    }
    assertThatThrownBy(() -> LuaSandbox.run("while true do end", bare))
        .isInstanceOf(LuaError.class);
  }
}

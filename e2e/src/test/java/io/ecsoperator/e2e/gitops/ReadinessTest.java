package io.ecsoperator.e2e.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/** What Argo CD, kstatus and {@code kubectl wait} make of the recorded states. */
class ReadinessTest {

  /**
   * What a state has to be taken for.
   *
   * @param argo the health by our script
   * @param kstatus the status that Helm 4 and Flux compute
   * @param waitEnds whether {@code kubectl wait --for=condition=Ready} ends
   */
  record Expected(String argo, String kstatus, boolean waitEnds) {}

  private static final Expected DONE = new Expected("Healthy", "Current", true);
  private static final Expected IN_PROGRESS = new Expected("Progressing", "InProgress", false);
  private static final Expected FAILED = new Expected("Degraded", "Failed", false);
  private static final Expected HELD = new Expected("Suspended", "InProgress", false);

  /** kstatus knows no annotations, and the conditions are those of a Ready object. */
  private static final Expected ANNOTATED = new Expected("Progressing", "Current", true);

  /** An object that is not managed is done when the operator has read ECS; it is never Ready. */
  private static final Expected NOT_MANAGED = new Expected("Suspended", "Current", false);

  private static final Map<String, Expected> STATES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("backing-off", IN_PROGRESS),
              Map.entry("changed-not-observed", IN_PROGRESS),
              Map.entry("creating", IN_PROGRESS),
              Map.entry("deleting", new Expected("Progressing", "Terminating", false)),
              Map.entry("failed", FAILED),
              // The schema's default for status rules this state out for kstatus.
              Map.entry("new", new Expected("Progressing", "Current", false)),
              Map.entry("new-with-defaults", IN_PROGRESS),
              Map.entry("not-owned", FAILED),
              Map.entry("observed", NOT_MANAGED),
              Map.entry("observed-missing", HELD),
              Map.entry("paused-not-observed", new Expected("Suspended", "Current", true)),
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
    LuaTable health = LuaSandbox.run(kind.health(), object);

    assertThat(
            new Expected(
                health.get("status").checkjstring(),
                KstatusRules.status(object),
                KstatusRules.waitEnds(object, "Ready")))
        .isEqualTo(STATES.get(state));
    assertThat(health.get("message").checkjstring()).isNotBlank();
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

package io.ecsoperator.e2e.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.ecsoperator.controlplane.HostEnvironment;
import io.ecsoperator.crds.ResourceTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/**
 * The files under {@code argocd/} that follow from the scripts and the recorded states: the tests
 * in Argo CD's own layout, and the patch of its ConfigMap. With {@code -Dargocd.write=true} they
 * are written.
 */
class ArgoCdFilesTest {
  private static final Path READERS = Customization.ARGOCD.resolve("readers");
  private static final String PAUSED = "ecs-operator.io/paused";

  /** An action, the recorded state it is tried on, and what it does to the annotations. */
  private record ActionCase(String action, String state, Map<String, String> annotations) {}

  private static final List<ActionCase> ACTIONS =
      List.of(
          new ActionCase("pause", "ready", Map.of(PAUSED, "true")),
          new ActionCase(
              "reconcile",
              "ready",
              Map.of("ecs-operator.io/reconcile-requested-at", "argocd-1000")),
          new ActionCase(
              "redeploy", "ready", Map.of("ecs-operator.io/redeploy-requested-at", "argocd-1000")),
          new ActionCase("resume", "paused-with-changes", Map.of()));

  private final YAMLMapper yaml =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .build();

  static List<Customization> kinds() {
    return Customization.all();
  }

  /** Those of EcsService are edited, and copied to the other kinds. */
  @Test
  void everyKindHasTheScriptsOfTheService() throws IOException {
    Customization service = new Customization("EcsService");
    SortedMap<String, String> actions = service.actions();
    Map<Path, String> files = new TreeMap<>();
    for (Customization kind : Customization.all()) {
      files.put(kind.folder().resolve("health.lua"), service.health());
      files.put(kind.folder().resolve("actions/discovery.lua"), service.discovery());
      kind.actions()
          .keySet()
          .forEach(
              action ->
                  files.put(
                      kind.folder().resolve("actions").resolve(action).resolve("action.lua"),
                      actions.getOrDefault(action, "")));
    }

    check(files);
    assertThat(Customization.all())
        .extracting(Customization::kind)
        .containsExactlyInAnyOrderElementsOf(
            ResourceTypes.all().stream().map(Class::getSimpleName).toList());
    assertThat(Customization.all())
        .extracting(Customization::health)
        .containsOnly(service.health());
    assertThat(Customization.all())
        .extracting(Customization::discovery)
        .containsOnly(service.discovery());
    assertThat(Customization.all())
        .allSatisfy(kind -> assertThat(actions).containsAllEntriesOf(kind.actions()));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void argoCdsTestOfTheHealthHasEveryState(Customization kind) throws IOException {
    StringBuilder tests = new StringBuilder("tests:\n");
    kind.states()
        .forEach(
            (state, object) -> {
              LuaTable health = LuaSandbox.run(kind.health(), object);
              tests
                  .append("- healthStatus:\n    status: ")
                  .append(health.get("status"))
                  .append("\n    message: ")
                  .append(quoted(health.get("message").checkjstring()))
                  .append("\n  inputPath: testdata/")
                  .append(state)
                  .append(".yaml\n");
            });

    check(Map.of(kind.folder().resolve("health_test.yaml"), tests.toString()));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void actionsWriteAnnotationsOnly(Customization kind) throws IOException {
    SortedMap<String, JsonNode> states = kind.states();
    Path folder = kind.folder().resolve("actions");
    Map<Path, String> files = new TreeMap<>();
    StringBuilder tests = new StringBuilder("discoveryTests:\n");
    for (String state : List.of("ready", "paused-with-changes", "planned-with-changes")) {
      JsonNode object = states.getOrDefault(state, states.get("succeeded"));
      LuaTable actions = LuaSandbox.run(kind.discovery(), object);
      assertThat(actions.keyCount()).isEqualTo(kind.actions().size());
      tests.append("- inputPath: ").append(path(states, state)).append("\n  result:\n");
      for (String action : kind.actions().keySet()) {
        tests.append("  - name: ").append(action).append("\n    disabled: ");
        tests.append(actions.get(action).get("disabled").checkboolean()).append('\n');
      }
    }
    tests.append("actionTests:\n");
    for (ActionCase tried : ACTIONS) {
      if (!kind.actions().containsKey(tried.action())) {
        continue;
      }
      JsonNode object = states.getOrDefault(tried.state(), states.get("succeeded"));
      ObjectNode expected = object.deepCopy();
      ObjectNode metadata = ((ObjectNode) expected.get("metadata")).without("annotations");
      tried
          .annotations()
          .forEach((key, value) -> metadata.withObjectProperty("annotations").put(key, value));

      LuaTable actual = LuaSandbox.runAction(kind.actions().get(tried.action()), object);

      assertThat(LuaSandbox.equal(actual, LuaSandbox.value(expected)))
          .as("%s of %s", tried.action(), kind)
          .isTrue();
      String output = "testdata/" + tried.action() + ".yaml";
      files.put(folder.resolve(output), yaml.writeValueAsString(expected));
      tests
          .append("- action: ")
          .append(tried.action())
          .append("\n  inputPath: ")
          .append(path(states, tried.state()))
          .append("\n  expectedOutputPath: ")
          .append(output)
          .append('\n');
    }
    files.put(folder.resolve("action_test.yaml"), tests.toString());

    check(files);
  }

  /** Our own reading of each state, which the Go program in {@code argocd/readers} compares. */
  @Test
  void theProgramOfGoLibrariesHasTheReadingOfEveryState() throws IOException {
    StringBuilder readings =
        new StringBuilder(
            "# Kind, recorded state, health in Argo CD, status of kstatus; generated.\n");
    for (Customization kind : kinds()) {
      kind.states()
          .forEach(
              (state, object) -> {
                Readiness reading = Readiness.of(object);
                readings.append(
                    "%s %s %s %s\n"
                        .formatted(kind.kind(), state, reading.argo(), reading.kstatus()));
              });
    }

    check(Map.of(READERS.resolve("readiness.txt"), readings.toString()));
  }

  /** It evaluates them with kstatus and with the Lua of Argo CD. */
  @Test
  void theGoLibrariesReadEveryStateAsWeDo() throws Exception {
    Optional<Path> go = HostEnvironment.ofThisProcess().command("go");
    assumeTrue(go.isPresent(), "Go is not installed");
    assumeTrue(run(go.orElseThrow(), "mod", "download") == 0, "the modules cannot be downloaded");

    assertThat(run(go.orElseThrow(), "run", ".")).isZero();
  }

  private static int run(Path go, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(go.toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).directory(READERS.toFile()).inheritIO().start().waitFor();
  }

  private static String path(SortedMap<String, JsonNode> states, String state) {
    return "../testdata/" + (states.containsKey(state) ? state : "succeeded") + ".yaml";
  }

  @Test
  void anActionIsOfferedOnlyWhenItHasAnEffect() {
    Customization services = new Customization("EcsService");

    assertThat(offered(services, "ready")).containsExactly("pause", "reconcile", "redeploy");
    assertThat(offered(services, "paused-with-changes")).containsExactly("reconcile", "resume");
    assertThat(offered(services, "planned-with-changes")).containsExactly("pause", "reconcile");
  }

  private static List<String> offered(Customization kind, String state) {
    LuaTable actions = LuaSandbox.run(kind.discovery(), kind.states().get(state));
    return kind.actions().keySet().stream()
        .filter(action -> actions.get(action).get("disabled").eq_b(LuaValue.FALSE))
        .toList();
  }

  @Test
  void thePatchOfTheConfigMapHasAllScripts() throws IOException {
    Map<String, String> data = new LinkedHashMap<>();
    for (Customization kind : Customization.all()) {
      String suffix = ".ecs-operator.io_" + kind.kind();
      data.put("resource.customizations.health" + suffix, kind.health());
      StringBuilder actions = new StringBuilder("discovery.lua: |\n");
      actions.append(kind.discovery().indent(2)).append("definitions:\n");
      kind.actions()
          .forEach(
              (name, script) ->
                  actions
                      .append("- name: ")
                      .append(name)
                      .append("\n  action.lua: |\n")
                      .append(script.indent(4)));
      data.put("resource.customizations.actions" + suffix, actions.toString());
      data.put(
          "resource.customizations.ignoreResourceUpdates" + suffix,
          kind.kind().equals("EcsTask")
              ? "jsonPointers:\n- /status\n- /metadata/annotations/ecs-operator.io~1run-record\n"
              : "jsonPointers:\n- /status\n");
    }
    StringBuilder patch = new StringBuilder("data:\n");
    data.forEach(
        (key, value) ->
            patch.append("  ").append(key).append(": |\n").append(withoutBlanks(value.indent(4))));

    check(Map.of(Customization.ARGOCD.resolve("argocd-cm-patch.yaml"), patch.toString()));
    assertThat(yaml.readTree(patch.toString()).path("data").properties())
        .hasSize(data.size())
        .allSatisfy(
            entry ->
                assertThat(withoutBlanks(entry.getValue().asText()))
                    .isEqualTo(withoutBlanks(data.get(entry.getKey()))));
  }

  private static String withoutBlanks(String text) {
    return text.replaceAll("(?m)^ +$", "");
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static void check(Map<Path, String> files) throws IOException {
    for (Map.Entry<Path, String> file : files.entrySet()) {
      if (Boolean.getBoolean("argocd.write")) {
        Files.createDirectories(file.getKey().getParent());
        Files.writeString(file.getKey(), file.getValue());
      }
      assertThat(file.getKey())
          .as("write it anew with -Dargocd.write=true")
          .exists()
          .hasContent(file.getValue());
    }
  }
}

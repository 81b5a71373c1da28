package io.ecsoperator.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.ecsoperator.crds.PlanStatus;
import io.ecsoperator.crds.PlannedAction;
import io.ecsoperator.operator.Trees;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Plan;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PlanReportTest {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  @Provide
  Arbitrary<Plan> plans() {
    Arbitrary<FieldChange> changes =
        Combinators.combine(
                Arbitraries.strings().ofMaxLength(60),
                Arbitraries.strings().ofMaxLength(2000),
                Arbitraries.strings().ofMaxLength(2000))
            .as((path, from, to) -> change(path, from, to));
    return changes
        .list()
        .ofMaxSize(80)
        .map(list -> new Plan.Call("UpdateService", NODES.objectNode(), list))
        .list()
        .ofMinSize(1)
        .ofMaxSize(4)
        .map(calls -> new Plan(List.copyOf(calls)));
  }

  @Property(tries = 200)
  void isBounded(@ForAll("plans") Plan plan) throws Exception {
    PlanStatus status = PlanReport.of(plan).orElseThrow();

    int shown = status.actions().stream().mapToInt(call -> call.changes().size()).sum();
    int all = plan.calls().stream().mapToInt(call -> call.changes().size()).sum();
    assertThat(shown).isLessThanOrEqualTo(50);
    assertThat(shown + Optional.ofNullable(status.omittedChanges()).orElse(0)).isEqualTo(all);
    assertThat(new ObjectMapper().writeValueAsString(status).getBytes(StandardCharsets.UTF_8))
        .hasSizeLessThanOrEqualTo(8 * 1024);
  }

  @Example
  void allOfASmallPlanIsShown() {
    FieldChange change = change("desiredCount", "1", "2");

    PlanStatus status = PlanReport.of(plan(List.of(change))).orElseThrow();

    assertThat(status.omittedChanges()).isNull();
    PlannedAction action = status.actions().getFirst();
    assertThat(action.operation()).isEqualTo("UpdateService");
    assertThat(action.changes().getFirst().path()).isEqualTo("desiredCount");
    assertThat(action.changes().getFirst().from()).isEqualTo(NODES.textNode("1"));
    assertThat(action.changes().getFirst().to()).isEqualTo(NODES.textNode("2"));
  }

  @Example
  void oneChangeThatIsTooLongDoesNotHideTheOthers() {
    PlanStatus status =
        PlanReport.of(plan(List.of(change("a", "x".repeat(10_000), "y"), change("b", "1", "2"))))
            .orElseThrow();

    assertThat(status.actions().getFirst().changes().getFirst().path()).isEqualTo("b");
    assertThat(status.omittedChanges()).isEqualTo(1);
  }

  @Example
  void absentValueIsLeftOut() throws Exception {
    FieldChange reset = new FieldChange("a", NODES.textNode("x"), NODES.missingNode());

    PlanStatus status = PlanReport.of(plan(List.of(reset))).orElseThrow();

    assertThat(new ObjectMapper().writeValueAsString(status.actions().getFirst().changes()))
        .isEqualTo("[{\"path\":\"a\",\"from\":\"x\"}]");
  }

  @Example
  void valuesOfEnvironmentVariablesAreNotShown() {
    PlanStatus status =
        PlanReport.of(
                plan(List.of(change("containerDefinitions[app].environment[TOKEN]", "old", "new"))))
            .orElseThrow();

    assertThat(status.toString()).doesNotContain("old").doesNotContain("new");
    assertThat(status.actions().getFirst().changes().getFirst().path()).endsWith("[TOKEN]");
  }

  @Example
  void noneAreShownInsideAWholeContainerEither() {
    JsonNode container =
        Trees.tree("{'name':'app','environment':[{'name':'TOKEN','value':'hush'}]}");
    FieldChange added =
        new FieldChange("containerDefinitions[app]", NODES.missingNode(), container);

    PlanStatus status = PlanReport.of(plan(List.of(added))).orElseThrow();

    assertThat(status.toString()).contains("TOKEN").doesNotContain("hush");
    assertThat(container.toString()).contains("hush");
  }

  @Example
  void aPlanShowsNoValueOfCommandsLabelsOptionsOrCredentials() {
    List<String> paths =
        List.of(
            "containerDefinitions[app].command",
            "containerDefinitions[app].entryPoint",
            "containerDefinitions[app].healthCheck.command",
            "containerDefinitions[app].dockerLabels[any.key]",
            "containerDefinitions[app].logConfiguration.options[splunk-url]",
            "containerDefinitions[app].firelensConfiguration.options[any]",
            "containerDefinitions[app].repositoryCredentials.credentialsParameter",
            "volumes[v].dockerVolumeConfiguration.driverOpts[o]",
            "tags[deploy-token]",
            "overrides.containerOverrides[app].command[0]");

    for (String path : paths) {
      PlanStatus status =
          PlanReport.of(plan(List.of(change(path, "hush-1", "hush-2")))).orElseThrow();

      assertThat(status.toString()).contains(path).doesNotContain("hush");
      assertThat(PlanReport.differenceText(change(path, "hush-1", "hush-2")))
          .doesNotContain("hush");
    }
    FieldChange group =
        change("containerDefinitions[app].logConfiguration.options[awslogs-group]", "/a", "/b");
    assertThat(PlanReport.of(plan(List.of(group))).orElseThrow().toString()).contains("/b");
  }

  @Example
  void anEmptyPlanIsNone() {
    assertThat(PlanReport.of(Plan.NOTHING)).isEmpty();
  }

  @Example
  void anEventNamesTenFieldsAtMost() {
    Plan.Call call =
        new Plan.Call(
            "UpdateService",
            NODES.objectNode(),
            Collections.nCopies(30, change("field", "secret", "secret")));

    assertThat(PlanReport.eventText(call))
        .hasSizeLessThan(100)
        .startsWith("UpdateService: field,")
        .doesNotContain("secret");
  }

  private static Plan plan(List<FieldChange> changes) {
    return new Plan(List.of(new Plan.Call("UpdateService", NODES.objectNode(), changes)));
  }

  private static FieldChange change(String path, String from, String to) {
    return new FieldChange(path, NODES.textNode(from), NODES.textNode(to));
  }
}

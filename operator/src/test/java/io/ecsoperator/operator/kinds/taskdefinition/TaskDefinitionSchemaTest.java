package io.ecsoperator.operator.kinds.taskdefinition;

import static io.ecsoperator.operator.Trees.node;
import static io.ecsoperator.operator.Trees.tree;
import static io.ecsoperator.operator.kinds.taskdefinition.TaskDefinitionSchema.SCHEMA;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.plan.AppliedPaths;
import io.ecsoperator.plan.Differ;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Projection;
import io.ecsoperator.plan.UpdateRequests;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskDefinitionSchemaTest {
  private final Projection projection = new Projection();
  private final Differ differ = new Differ();

  private static FieldChange change(String path, String from, String to) {
    return new FieldChange(path, node(from), node(to));
  }

  @Test
  void aTaskDefinitionJustRegisteredHasNoDrift() {
    ObjectNode desired =
        projection.desired(
            SCHEMA,
            tree(
                """
                {family: 'web', networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '.25 vCPU', memory: '0.5GB',
                 containerDefinitions: [{name: 'web', image: 'nginx:1.29', portMappings: [{containerPort: 80}]}],
                 tags: [{key: 'team', value: 'web'}]}"""));
    ObjectNode observed =
        projection.observed(
            SCHEMA,
            tree(
                """
                {taskDefinitionArn: 'arn:aws:ecs:eu-central-1:123456789012:task-definition/web:1', revision: 1, status: 'ACTIVE',
                 family: 'web', networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], compatibilities: ['EC2', 'FARGATE'],
                 requiresAttributes: [{name: 'ecs.capability.task-eni'}], cpu: '256', memory: '512', volumes: [], placementConstraints: [],
                 registeredAt: 1.789551556693E9, registeredBy: 'arn:aws:iam::123456789012:role/operator',
                 containerDefinitions: [{name: 'web', image: 'nginx:1.29', cpu: 0, essential: true, environment: [], mountPoints: [],
                  portMappings: [{containerPort: 80, hostPort: 80, protocol: 'tcp'}], volumesFrom: [], systemControls: []}],
                 tags: []}"""));

    assertThat(differ.diffBody(SCHEMA, desired, observed, List.of())).isEmpty();
    assertThat(differ.diff(SCHEMA, desired, observed, List.of("tags[old]"), List.of()))
        .extracting(FieldChange::path)
        .containsExactly("tags[team]");
  }

  @Test
  void onlyTagsAreAppliedPaths() {
    assertThat(
            AppliedPaths.of(
                SCHEMA,
                tree(
                    "{family: 'web', containerDefinitions: [{name: 'web'}], tags: [{key: 'a', value: ''}]}")))
        .containsExactly("tags[a]");
  }

  @Test
  void anImageSetByAPipelineIsKept() {
    String desired =
        "{containerDefinitions: [{name: 'web', image: 'web:1'}, {name: 'log', image: 'log:1'}]}";
    String observed =
        "{containerDefinitions: [{name: 'log', image: 'log:0'}, {name: 'web', image: 'web:9'}]}";
    List<String> ignored = List.of("containerDefinitions[web].image");

    assertThat(differ.diffBody(SCHEMA, tree(desired), tree(observed), ignored))
        .containsExactly(change("containerDefinitions[log].image", "'log:0'", "'log:1'"));
    assertThat(differ.yielding(SCHEMA, tree(desired), tree(observed), ignored))
        .isEqualTo(
            tree(
                "{containerDefinitions: [{name: 'web', image: 'web:9'}, {name: 'log', image: 'log:1'}]}"));
  }

  @Test
  void aFieldThatIsNotObservedYetIsTakenFromTheSpec() {
    String desired = "{containerDefinitions: [{name: 'web', image: 'web:1'}]}";
    assertThat(
            differ.yielding(
                SCHEMA,
                tree(desired),
                tree("{containerDefinitions: [{name: 'log'}]}"),
                List.of("containerDefinitions[web].image", "containerDefinitions[log].cpu")))
        .isEqualTo(tree(desired));
  }

  @Test
  void anInjectedContainerIsKept() {
    String injected = "{containerDefinitions: [{name: 'web'}, {name: 'agent', image: 'a'}]}";
    List<String> ignored = List.of("containerDefinitions[agent]");

    assertThat(
            differ.diffBody(
                SCHEMA, tree("{containerDefinitions: [{name: 'web'}]}"), tree(injected), ignored))
        .isEmpty();
    assertThat(
            differ.yielding(
                SCHEMA, tree("{containerDefinitions: [{name: 'web'}]}"), tree(injected), ignored))
        .isEqualTo(tree(injected));
  }

  @Test
  void fieldsThatTheSpecNoLongerHasDiffer() {
    assertThat(
            differ.diffBody(
                SCHEMA,
                tree("{family: 'web', containerDefinitions: [{name: 'web'}]}"),
                tree(
                    "{family: 'web', networkMode: 'awsvpc', containerDefinitions: [{name: 'web', user: 'root'}]}"),
                List.of()))
        .containsExactlyInAnyOrder(
            change("networkMode", "'awsvpc'", ""),
            change("containerDefinitions[web].user", "'root'", ""));
  }

  @Test
  void tagsAreNoPartOfIt() {
    assertThat(
            differ.diffBody(
                SCHEMA,
                tree("{tags: [{key: 'a', value: '1'}]}"),
                tree("{tags: [{key: 'b', value: '2'}]}"),
                List.of()))
        .isEmpty();
  }

  @Test
  void anotherFamilyNeedsAReplacement() {
    FieldChange family = change("family", "'a'", "'b'");

    assertThat(new UpdateRequests().replacements(SCHEMA, List.of(family))).containsExactly(family);
  }
}

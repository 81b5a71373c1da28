package io.ecsoperator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.localecs.LocalEcsOptions;
import io.ecsoperator.plan.AppliedPaths;
import io.ecsoperator.plan.Differ;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Projection;
import io.ecsoperator.plan.Shape;
import io.ecsoperator.sdkschema.SdkJson;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionField;

/** ECS takes the sample task definitions, and shows them so that nothing seems to differ. */
class TaskDefinitionSamplesTest {
  private static final SdkJson JSON = new SdkJson();

  private static LocalEcs localEcs;
  private static EcsClient ecs;

  @BeforeAll
  static void start() {
    localEcs = LocalEcs.start(LocalEcsOptions.defaults());
    ecs = localEcs.client();
  }

  @AfterAll
  static void stop() {
    ecs.close();
    localEcs.close();
  }

  static Stream<Sample> taskDefinitions() {
    return Sample.below(Sample.FOLDER).stream()
        .filter(sample -> sample.kind().equals("EcsTaskDefinition"));
  }

  @ParameterizedTest
  @MethodSource("taskDefinitions")
  void ecsRegistersItAndWhatItDescribesThenIsTheSame(Sample sample) {
    ObjectNode request = request(sample);

    assertThat(differences(request, registered(request))).isEmpty();
  }

  @Test
  void aChangedImageAndAChangedTagAreDifferences() {
    ObjectNode request =
        request(
            taskDefinitions()
                .filter(sample -> sample.name().equals("storefront"))
                .findAny()
                .orElseThrow());
    ObjectNode registered = registered(request);
    request.withObject("/containerDefinitions/0").put("image", "storefront:next");
    request.withObject("/tags/0").put("value", "another");

    assertThat(differences(request, registered))
        .extracting(FieldChange::path)
        .containsExactly("containerDefinitions[web].image", "tags[team]");
  }

  private static ObjectNode request(Sample sample) {
    ObjectNode request = sample.awsPart();
    if (!request.has("family")) {
      request.put("family", sample.name());
    }
    return request;
  }

  /** Registers it; answers what ECS then describes. */
  private static ObjectNode registered(ObjectNode request) {
    String arn =
        ecs.registerTaskDefinition(JSON.decode(request, RegisterTaskDefinitionRequest.class))
            .taskDefinition()
            .taskDefinitionArn();
    ObjectNode answer =
        JSON.encode(
            ecs.describeTaskDefinition(
                describe -> describe.taskDefinition(arn).include(TaskDefinitionField.TAGS)));
    return answer.withObject("taskDefinition").set("tags", answer.path("tags"));
  }

  private static List<FieldChange> differences(ObjectNode request, ObjectNode registered) {
    Projection projection = new Projection();
    ObjectNode desired = projection.desired(Shape.TASK_DEFINITION, request);
    ObjectNode observed = projection.observed(Shape.TASK_DEFINITION, registered);
    Differ differ = new Differ();
    // The body is compared two-way, tags are not: others may put tags of their own on it.
    List<FieldChange> changes = new ArrayList<>(differ.diffBody(desired, observed, List.of()));
    changes.addAll(
        differ.diff(
            Shape.TASK_DEFINITION,
            desired.deepCopy().retain("tags"),
            observed,
            AppliedPaths.of(Shape.TASK_DEFINITION, desired),
            List.of()));
    return changes;
  }
}

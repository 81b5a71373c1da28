package io.ecsoperator.operator.cache;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A describe that was started before a delete was answered, and answered after it. */
class TombstonesTest extends CacheFixture {
  private static final String REVISION = "arn:aws:ecs:eu-central-1:1:task-definition/f:3";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          DeleteCluster            | {'cluster':'c'}               | INACTIVE
          DeleteService            | {'cluster':'c','service':'s'} | DRAINING
          StopTask                 | {'cluster':'c','task':'t'}    | STOPPED
          DeregisterTaskDefinition | {'taskDefinition':'f:3'}      | INACTIVE
          """)
  void aLateAnswerDoesNotBringBackADeletedResource(String operation, String request, String dead) {
    ResourceKey key =
        new WriteEffects(Keys.RESOURCES, Keys.KEYS).touched(operation, tree(request)).getFirst();
    ecs.answers(showing(key.resource().name(), alive(key.resource().name())));
    ask(key).join();
    ecs.answers(showing(key.resource().name(), alive(key.resource().name())));
    time.hold();
    CompletableFuture<Observation> begunBefore = ask(key);

    ObjectNode gone = gone(key.resource().name(), dead);
    ObjectNode answer = tree("{}");
    answer.set(member(key.resource().name()), gone);
    cache.wrote(WRITER, operation, tree(request), answer, time.instant());
    time.release();

    assertThat(begunBefore.join()).isEqualTo(new Observation.Present(gone));
    assertThat(cache.read(key, WITHIN_A_DAY, CONTEXT).join())
        .isEqualTo(new Observation.Present(gone));
  }

  @Test
  void theNewestOfAFamilyIsReadAgainOnceARevisionIsDeregistered() {
    ResourceKey family = Keys.taskDefinition("f");
    ecs.answers(showing("task_definition", alive("task_definition")));
    time.hold();
    CompletableFuture<Observation> begunBefore = ask(family);
    ObjectNode answer = tree("{}");
    answer.set("taskDefinition", gone("task_definition", "INACTIVE"));
    cache.wrote(
        WRITER,
        "DeregisterTaskDefinition",
        tree("{'taskDefinition':'f:3'}"),
        answer,
        time.instant());
    time.release();
    assertThat(begunBefore).isDone();

    ecs.fails(AwsFailure.of("DescribeTaskDefinition", FailureClass.NOT_FOUND, "Gone", "gone"));

    assertThat(ask(family).join()).isEqualTo(new Observation.Absent());
  }

  @Test
  void aResourceThatNoObjectWatchesAnyMoreIsNotBroughtBackEither() {
    ecs.answers(describing(count(1))).answers(describing(count(1)));
    read(EcsReader.Freshness.NOW);
    time.hold();
    CompletableFuture<Observation> begunBefore =
        cache.read(service, EcsReader.Freshness.NOW, CONTEXT);
    time.advance(WINDOW);

    write("DeleteService", "{'cluster':'c','service':'s'}", draining());
    cache.forget(WRITER);
    time.release();

    assertThat(begunBefore.join()).isEqualTo(present(draining()));
  }

  private CompletableFuture<Observation> ask(ResourceKey key) {
    CompletableFuture<Observation> observation = cache.read(key, EcsReader.Freshness.NOW, CONTEXT);
    time.advance(WINDOW);
    return observation;
  }

  private static ObjectNode alive(String resource) {
    return switch (resource) {
      case "cluster" ->
          tree("{'clusterName':'c','clusterArn':'" + CLUSTER_ARN + "','status':'ACTIVE'}");
      case "service" -> tree(count(1).replace("RUNS", "1"));
      case "task" ->
          tree(
              "{'taskArn':'arn:aws:ecs:eu-central-1:1:task/c/t','clusterArn':'"
                  + CLUSTER_ARN
                  + "','lastStatus':'RUNNING','desiredStatus':'RUNNING'}");
      case "task_definition" ->
          tree(
              "{'taskDefinitionArn':'"
                  + REVISION
                  + "','family':'f','revision':3,'status':'ACTIVE','tags':[]}");
      default -> throw noSuch(resource);
    };
  }

  private static ObjectNode gone(String resource, String dead) {
    ObjectNode tree = alive(resource);
    return tree.put(resource.equals("task") ? "desiredStatus" : "status", dead);
  }

  private static String showing(String resource, ObjectNode tree) {
    return resource.equals("task_definition")
        ? "{'taskDefinition':" + tree + ",'tags':[]}"
        : "{'" + member(resource) + "s':[" + tree + "],'failures':[]}";
  }

  private static String member(String resource) {
    return switch (resource) {
      case "cluster" -> "cluster";
      case "service" -> "service";
      case "task" -> "task";
      case "task_definition" -> "taskDefinition";
      default -> throw noSuch(resource);
    };
  }

  private static IllegalArgumentException noSuch(String resource) {
    return new IllegalArgumentException("no such test: " + resource);
  }
}

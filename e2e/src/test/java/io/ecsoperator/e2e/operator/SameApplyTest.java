package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.ObjectRef.service;
import static io.ecsoperator.e2e.operator.ObjectRef.task;
import static io.ecsoperator.e2e.operator.ObjectRef.taskDefinition;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.localecs.calls.Call;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Objects that refer to each other and are changed by one apply, in either order of the file. The
 * property {@code sameApply.releases} is the number of applies in each way; {@code sameApply.file}
 * is another file to apply, with a definition and a job of the names {@code migrate} and {@code
 * migrate-IMG}.
 */
@WithOperator
class SameApplyTest {
  private static final int RELEASES = Integer.getInteger("sameApply.releases", 3);

  private static final String FILE =
      Optional.ofNullable(System.getProperty("sameApply.file"))
          .map(file -> Manifests.read(Path.of(file)))
          .orElse(
              Manifests.all(
                  Manifests.taskDefinition("migrate", "shop/migrate:IMG"),
                  Manifests.task("migrate-IMG", "main", "migrate", "waitFor: Running")));

  private record Way(String name, boolean definitionFirst, boolean serverSide) {

    void release(TestBed bed, int release) {
      List<String> objects =
          List.of(
              FILE.replace("migrate", name)
                  .replace("IMG", Integer.toString(release))
                  .split("(?m)^---\\R"));
      String file = String.join("\n---\n", definitionFirst ? objects : objects.reversed());
      bed.applyWithKubectl(file, "--server-side=" + serverSide);
    }

    String job(int release) {
      return name + "-" + release;
    }
  }

  private static final List<Way> WAYS =
      List.of(
          new Way("first-server", true, true),
          new Way("first-client", true, false),
          new Way("last-server", false, true),
          new Way("last-client", false, false));

  @Test
  void aJobNeverRunsTheImageOfTheReleaseBefore(TestBed bed) {
    bed.restartWithReferenceDelay();
    bed.apply(Manifests.cluster("main"));

    for (int release = 1; release <= RELEASES; release++) {
      for (Way way : WAYS) {
        way.release(bed, release);
      }
      for (Way way : WAYS) {
        bed.awaitReady(task(way.job(release)));
      }
    }

    assertThat(WAYS)
        .allSatisfy(
            way ->
                IntStream.rangeClosed(1, RELEASES)
                    .forEach(
                        release ->
                            assertThat(image(bed, way.job(release)))
                                .isEqualTo("shop/%s:%d".formatted(way.name(), release))));
  }

  @Test
  void aServiceGetsOneUpdateWithAllThatItsApplyChanges(TestBed bed) {
    bed.restartWithReferenceDelay();
    bed.apply(Manifests.cluster("main"), definition(1), web(1));
    bed.awaitReady(taskDefinition("web"), service("web"));
    long before = bed.ecs().calls().lastSequence();

    bed.apply(definition(2), web(2));
    bed.awaitReady(taskDefinition("web"), service("web"));
    bed.apply(web(3), definition(3));
    bed.awaitReady(taskDefinition("web"), service("web"));

    assertThat(bed.writesSince(before))
        .filteredOn(call -> call.operation().equals("UpdateService"))
        .extracting(call -> call.request().toString())
        .satisfiesExactly(
            update -> assertThat(update).contains("web:2", "subnet-2"),
            update -> assertThat(update).contains("web:3", "subnet-3"));
    assertThat(bed.writesSince(before)).extracting(Call::operation).hasSize(4);
  }

  private static String definition(int release) {
    return Manifests.taskDefinition("web", "shop/web:" + release);
  }

  private static String web(int release) {
    return Manifests.object(
        "EcsService",
        "web",
        "clusterRef: {name: main}",
        "taskDefinitionRef: {name: web}",
        "launchType: FARGATE",
        "desiredCount: 1",
        "networkConfiguration: {awsvpcConfiguration: {subnets: [subnet-%d]}}".formatted(release));
  }

  /** The image that ECS runs for a job. */
  private static String image(TestBed bed, String job) {
    String revision = bed.get(task(job)).getStatus().current().taskDefinition();
    return bed.aws()
        .describeTaskDefinition(request -> request.taskDefinition(revision))
        .taskDefinition()
        .containerDefinitions()
        .getFirst()
        .image();
  }
}

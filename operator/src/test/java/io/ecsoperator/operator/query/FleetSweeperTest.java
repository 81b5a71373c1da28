package io.ecsoperator.operator.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.localecs.calls.Call;
import io.ecsoperator.localecs.faults.Fault;
import io.ecsoperator.localecs.faults.FaultRule;
import io.ecsoperator.operator.fleet.FleetType;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FleetSweeperTest {
  private static final String ACCOUNT = "arn:aws:ecs:us-east-1:000000000000:";

  @Test
  void onlyClustersThatObjectsUseAreReadUnlessAllAreAskedFor() {
    try (FleetOnLocalEcs world = new FleetOnLocalEcs(false, arn("service/main/web"))) {
      world.cluster("main");
      world.cluster("legacy");
      world.definition("web", "x");
      world.service("main", "web", "web", 1);
      world.service("legacy", "old", "web", 1);
      world.read();

      assertThat(names(world, "services", "serviceName")).containsExactly("web");
      assertThat(names(world, "clusters", "clusterName")).containsExactly("main");
    }
  }

  @Test
  void whatComesAndGoesIsThereAndGoneAfterARound() {
    try (FleetOnLocalEcs world = new FleetOnLocalEcs(true)) {
      world.cluster("main");
      world.definition("web", "x");
      world.service("main", "web", "web", 1);
      world.read();
      world.service("main", "api", "web", 1);
      world.passRound();
      assertThat(names(world, "services", "serviceName")).containsExactly("api", "web");

      world.client().deleteService(delete -> delete.cluster("main").service("web").force(true));
      world.local().advance(FleetOnLocalEcs.ROUND);
      world.passRound();

      assertThat(names(world, "services", "serviceName")).containsExactly("api");
    }
  }

  @Test
  void aListThatCannotBeReadRemovesNothingAndSaysSo() {
    try (FleetOnLocalEcs world = new FleetOnLocalEcs(true)) {
      world.cluster("main");
      world.definition("web", "x");
      world.service("main", "web", "web", 1);
      world.read();
      world
          .local()
          .faults()
          .add(FaultRule.always("ListServices", Fault.accessDenied("ListServices")));
      world.passRound();

      assertThat(names(world, "services", "serviceName")).containsExactly("web");
      assertThat(world.fleet().failure(FleetType.SERVICE)).isPresent();
      assertThat(world.fleet().failure(FleetType.TASK)).isEmpty();
    }
  }

  @Test
  void aRevisionIsDescribedOnce() {
    try (FleetOnLocalEcs world = new FleetOnLocalEcs(true)) {
      world.cluster("main");
      world.definition("web", "x");
      world.service("main", "web", "web", 2);
      world.read();
      world.passRound();
      long before = world.local().calls().lastSequence();
      for (int i = 0; i < 5; i++) {
        world.passRound();
      }

      assertThat(world.local().calls().after(before).stream().map(Call::operation).toList())
          .contains("DescribeServices")
          .doesNotContain("DescribeTaskDefinition");
    }
  }

  @Test
  void revisionsThatEcsDoesNotKnowKeepNoOtherFromBeingRead() {
    String[] unknown =
        IntStream.range(0, 150)
            .mapToObj(
                number ->
                    "arn:aws:ecs:us-east-1:123456789012:task-definition/gone-%03d:1"
                        .formatted(number))
            .toArray(String[]::new);
    try (FleetOnLocalEcs world = new FleetOnLocalEcs(true, unknown)) {
      world.cluster("main");
      world.definition("web", "x");
      world.service("main", "web", "web", 1);
      world.read();
      world.passRound();

      assertThat(
              world.texts(world.get("admin", "/v1/task-definitions"), "taskDefinitions", "family"))
          .containsExactly("web");
    }
  }

  @Test
  void aTaskThatHasTheTagsOfItsDefinitionIsNotOfTheDefinitionsObject() {
    try (FleetOnLocalEcs world = new FleetOnLocalEcs(true)) {
      world.reviews().maySee("shopper", "shop");
      world.cluster("main");
      world.local().instances().add("main", "m5.large", 1);
      world.definition("web", "x", world.ownedBy("EcsTaskDefinition", "shop", "web"));
      world
          .client()
          .runTask(
              run ->
                  run.cluster("main")
                      .taskDefinition("web")
                      .startedBy("cron")
                      .propagateTags("TASK_DEFINITION"));
      world.read();

      var tasks = world.get("admin", "/v1/tasks").json().path("tasks");
      assertThat(tasks).hasSize(1);
      assertThat(tasks.get(0).path("tags")).isNotEmpty();
      assertThat(tasks.get(0).path("owner").isNull()).isTrue();
      assertThat(world.get("shopper", "/v1/tasks").status()).isEqualTo(403);
      assertThat(
              world.texts(
                  world.get("shopper", "/v1/task-definitions"), "taskDefinitions", "family"))
          .containsExactly("web");
    }
  }

  @Test
  void aServiceThatDoesNotChangeKeepsItsRevisionAndIsFresh() {
    try (FleetOnLocalEcs world = new FleetOnLocalEcs(true)) {
      world.cluster("main");
      world.read();
      var first = world.get("admin", "/v1/clusters").json().at("/clusters/0/freshness");
      world.passRound();
      var second = world.get("admin", "/v1/clusters").json().at("/clusters/0/freshness");

      assertThat(second.path("revision")).isEqualTo(first.path("revision"));
      assertThat(second.path("readAt").asText()).isGreaterThan(first.path("readAt").asText());
    }
  }

  private static List<String> names(FleetOnLocalEcs world, String list, String member) {
    return world.texts(world.get("admin", "/v1/" + list), list, member);
  }

  private static String arn(String resource) {
    return ACCOUNT + resource;
  }
}

package io.ecsoperator.operator.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.operator.query.FleetOnLocalEcs.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client gets of a fleet of two namespaces, and of what no object owns. */
class QueryApiTest {
  private static final FleetOnLocalEcs WORLD = new FleetOnLocalEcs(true);

  @BeforeAll
  static void fleet() {
    WORLD.reviews().maySee("shopper", "shop").maySee("biller", "bill").maySeeNothing("guest");
    WORLD.cluster("main", WORLD.ownedBy("EcsCluster", "shop", "main"));
    WORLD.cluster("legacy");
    WORLD.local().instances().add("main", "m5.large", 2);
    WORLD.definition("web", "shop-secret", WORLD.ownedBy("EcsTaskDefinition", "shop", "web"));
    WORLD.definition("foreign", "foreign-secret");
    WORLD.service("main", "web", "web", 3, WORLD.ownedBy("EcsService", "shop", "web"));
    WORLD.service("main", "api", "web", 1, WORLD.ownedBy("EcsService", "shop", "api"));
    WORLD.service("main", "bills", "web", 1, WORLD.ownedBy("EcsService", "bill", "bills"));
    WORLD.service("legacy", "old", "foreign", 0);
    WORLD.client().runTask(run -> run.cluster("main").taskDefinition("foreign").startedBy("cron"));
    WORLD.local().advance(FleetOnLocalEcs.ROUND);
    WORLD.read();
  }

  @AfterAll
  static void close() {
    WORLD.close();
  }

  @ParameterizedTest
  @CsvSource({
    "clusters, clusters, clusterName",
    "services, services, serviceName",
    "tasks, tasks, taskArn",
    "container-instances, containerInstances, ec2InstanceId",
    "task-definitions, taskDefinitions, family"
  })
  void whoMayListAllObjectsSeesEverythingAsEcsDescribesIt(String path, String list, String member) {
    Answer answer = WORLD.get("admin", "/v1/" + path);

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().path(list)).isNotEmpty();
    for (JsonNode item : answer.json().path(list)) {
      assertThat(item.path(member).asText()).isNotEmpty();
      assertThat(item.path("freshness").path("readAt").asText()).startsWith("2026-");
      assertThat(item.has("owner")).isTrue();
    }
  }

  @Test
  void aResourceOfAnObjectNamesItsOwner() {
    JsonNode service =
        WORLD.get("admin", "/v1/services?service=web").json().path("services").get(0);

    assertThat(service.path("owner").path("kind").asText()).isEqualTo("EcsService");
    assertThat(service.path("owner").path("namespace").asText()).isEqualTo("shop");
    assertThat(service.path("desiredCount").asInt()).isEqualTo(3);
  }

  @Test
  void tasksOfAServiceBelongToItsOwner() {
    Answer answer = WORLD.get("shopper", "/v1/tasks");

    assertThat(WORLD.texts(answer, "tasks", "group"))
        .hasSize(4)
        .containsOnly("service:web", "service:api");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/clusters",
        "/v1/services",
        "/v1/tasks",
        "/v1/container-instances",
        "/v1/task-definitions",
        "/v1/services?namespace=shop",
        "/v1/services?owner=EcsService/shop/web",
        "/v1/resources/arn:aws:ecs:us-east-1:000000000000:cluster/main",
        "/v1/unknown"
      })
  void withoutATokenOrWithAWrongOneNothingIsSaid(String path) {
    for (Optional<String> token : List.of(Optional.<String>empty(), Optional.of("wrong"))) {
      Answer answer = WORLD.send("GET", token, path, "");

      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.headers()).containsEntry("WWW-Authenticate", "Bearer");
      assertThat(answer.text()).doesNotContain("shop", "web", "main", "wrong");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/clusters",
        "/v1/services",
        "/v1/tasks",
        "/v1/container-instances",
        "/v1/task-definitions",
        "/v1/services?namespace=shop",
        "/v1/services?namespace=not-there",
        "/v1/services?owner=EcsService/shop/web",
        "/v1/resources/arn:aws:ecs:us-east-1:000000000000:cluster/main",
        "/v1/resources/arn:aws:ecs:us-east-1:000000000000:cluster/not-there"
      })
  void aUserWithoutRightsIsRefusedWhateverThereIs(String path) {
    Answer answer = WORLD.get("guest", path);

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).doesNotContain("shop", "web", "main", "bill");
  }

  @Test
  void aUserOfANamespaceSeesOnlyWhatItsObjectsOwn() {
    Answer services = WORLD.get("shopper", "/v1/services");

    assertThat(WORLD.texts(services, "services", "serviceName"))
        .containsExactlyInAnyOrder("web", "api");
    assertThat(services.text()).doesNotContain("bill", "legacy");
    assertThat(WORLD.get("shopper", "/v1/services?namespace=bill").status()).isEqualTo(403);
    assertThat(WORLD.get("shopper", "/v1/container-instances").status()).isEqualTo(403);
    assertThat(WORLD.texts(WORLD.get("biller", "/v1/services"), "services", "serviceName"))
        .containsExactly("bills");
  }

  @Test
  void oneResourceIsReadByItsArnWithOrWithoutEscapes() {
    String arn =
        WORLD.get("admin", "/v1/services?service=web").json().at("/services/0/serviceArn").asText();

    assertThat(WORLD.get("shopper", "/v1/resources/" + arn).json().path("serviceName").asText())
        .isEqualTo("web");
    assertThat(WORLD.get("shopper", "/v1/resources/" + encoded(arn)).status()).isEqualTo(200);
    assertThat(WORLD.get("biller", "/v1/resources/" + arn).status()).isEqualTo(403);
    assertThat(WORLD.get("admin", "/v1/resources/" + arn + "-not").status()).isEqualTo(404);
    assertThat(WORLD.get("admin", "/v1/resources/arn:aws-cn:ecs:cn-north-1:1:service/a/b").status())
        .isEqualTo(404);
    assertThat(WORLD.get("admin", "/v1/resources/web").status()).isEqualTo(400);
  }

  @Test
  void theTagOfAnObjectThatIsGoneMakesNoOwner() {
    WORLD.forget("EcsService", "bill", "bills");
    try {
      assertThat(WORLD.get("biller", "/v1/services").status()).isEqualTo(403);
      assertThat(
              WORLD
                  .get("admin", "/v1/services?service=bills")
                  .json()
                  .at("/services/0/owner")
                  .isNull())
          .isTrue();
    } finally {
      WORLD.ownedBy("EcsService", "bill", "bills");
    }
  }

  @Test
  void environmentValuesOfWhatNoObjectOwnsAreMasked() {
    String definitions = WORLD.get("admin", "/v1/task-definitions").text();

    assertThat(definitions).contains("shop-secret").doesNotContain("foreign-secret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "services?cluster=legacy | old",
        "services?family=web&namespace=bill | bills",
        "services?owner=EcsService/shop/api | api",
        "services?status=active&service=web | web",
        "services?tag=ecs-operator.io/owner&cluster=main&service=web | web",
        "services?launchType=external&service=api | api",
        "services?launchType=FARGATE | ''",
        "services?tag=ecs-operator.io/owner=nothing | ''",
        "services?status=&service=web | web"
      })
  void filtersAllHaveToHold(String path, String expected) {
    Answer answer = WORLD.get("admin", "/v1/" + path);

    assertThat(String.join(",", WORLD.texts(answer, "services", "serviceName")))
        .as(answer.text())
        .isEqualTo(expected);
  }

  @Test
  void tasksAreFilteredByHowTheyRun() {
    assertThat(tasks("startedBy=cron")).hasSize(1);
    assertThat(tasks("desiredStatus=running&cluster=main")).hasSize(6);
    assertThat(tasks("service=web")).hasSize(3);
    assertThat(tasks("family=foreign")).hasSize(1);
    assertThat(tasks("status=STOPPED")).isEmpty();
    String instance =
        WORLD
            .get("admin", "/v1/container-instances?limit=1")
            .json()
            .at("/containerInstances/0/containerInstanceArn")
            .asText();
    assertThat(tasks("containerInstance=" + encoded(instance))).isNotEmpty().hasSizeLessThan(6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "services?unknown=1",
        "services?cluster=a&cluster=b",
        "services?limit=0",
        "services?limit=501",
        "services?limit=many",
        "services?nextToken=wrong",
        "services?query=[",
        "services?query=length(`1`)",
        "services?cluster=%zz",
        "clusters?startedBy=x",
        "services?owner=web"
      })
  void aWrongParameterIsAProblem(String path) {
    Answer answer = WORLD.get("admin", "/v1/" + path);

    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.json().path("title").asText()).isEqualTo("Bad Request");
    assertThat(answer.json().path("status").asInt()).isEqualTo(400);
    assertThat(answer.json().path("detail").asText()).isNotEmpty();
  }

  @Test
  void pagesTogetherHaveEachServiceOnceWhateverComesInBetween() {
    List<String> names = new ArrayList<>();
    String next = "";
    do {
      Answer page = WORLD.get("admin", "/v1/services?limit=1" + next);
      names.addAll(WORLD.texts(page, "services", "serviceName"));
      assertThat(page.headers().get("Next-Token"))
          .isEqualTo(page.json().path("nextToken").textValue());
      next =
          Optional.ofNullable(page.json().path("nextToken").textValue())
              .map(token -> "&nextToken=" + token)
              .orElse("");
    } while (!next.isEmpty());

    assertThat(names).doesNotHaveDuplicates();
    assertThat(new TreeSet<>(names)).contains("web", "api", "bills", "old");
  }

  @Test
  void aTokenOfAnotherQuestionIsRefused() {
    String token = WORLD.get("admin", "/v1/services?limit=1").json().path("nextToken").asText();

    assertThat(WORLD.get("admin", "/v1/services?cluster=main&nextToken=" + token).status())
        .isEqualTo(400);
    assertThat(WORLD.get("admin", "/v1/tasks?nextToken=" + token).status()).isEqualTo(400);
  }

  @Test
  void anExpressionSelectsAsInTheAwsCli() {
    Answer answer =
        WORLD.get(
            "admin",
            "/v1/services?query="
                + encoded("services[?desiredCount > `2`].[serviceName, owner.namespace]"));

    assertThat(answer.text()).isEqualTo("[[\"web\",\"shop\"]]");
  }

  @Test
  void fieldsKeepTheNamedMembersOnly() {
    Answer answer =
        WORLD.get("admin", "/v1/services?service=web&fields=serviceName,deployments.status");

    assertThat(answer.json().path("services").toString())
        .isEqualTo("[{\"serviceName\":\"web\",\"deployments\":[{\"status\":\"PRIMARY\"}]}]");
  }

  @Test
  void nothingCanBeWritten() {
    for (String method : List.of("POST", "PUT", "DELETE", "PATCH")) {
      Answer answer =
          WORLD.send(method, Optional.of(FakeReviews.token("admin")), "/v1/services", "{}");

      assertThat(answer.status()).isEqualTo(405);
    }
  }

  @Test
  void everyInstanceIsAPlaceOrHasItsReasons() {
    Answer answer =
        place(
            "admin",
            "{\"cluster\": \"main\", \"taskDefinition\": \"web\", \"count\": 3,"
                + " \"placementStrategy\": [{\"type\": \"spread\", \"field\": \"instanceId\"}]}");

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().path("instances")).hasSize(2);
    assertThat(answer.json().path("placed")).hasSize(3);
    assertThat(answer.json().at("/instances/0/fits").asBoolean()).isTrue();
    assertThat(answer.json().path("taskDefinitionArn").asText()).contains("task-definition/web:");
  }

  @Test
  void aDefinitionThatIsNotRegisteredCanBePlaced() {
    Answer answer =
        place(
            "admin",
            "{\"cluster\": \"main\", \"taskDefinition\": {\"containerDefinitions\":"
                + " [{\"cpu\": 1, \"memory\": 9999999}]}}");

    assertThat(answer.json().path("placed")).isEmpty();
    assertThat(answer.json().path("capacity").asInt()).isZero();
    assertThat(answer.json().at("/instances/0/reasons/0/code").asText()).isEqualTo("MEMORY");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing | 400",
        "[] | 400",
        "{\"cluster\": \"main\"} | 400",
        "{\"cluster\": \"not-there\", \"taskDefinition\": \"web\"} | 404",
        "{\"cluster\": \"main\", \"taskDefinition\": \"not-there\"} | 404",
        "{\"cluster\": \"main\", \"taskDefinition\": \"web\", \"count\": 0} | 400",
        "{\"cluster\": \"main\", \"taskDefinition\": \"web\", \"more\": 0} | 400",
        "{\"cluster\": \"main\", \"taskDefinition\": \"web\", \"placementStrategy\": [{\"type\": \"fair\"}]} | 400",
        "{\"cluster\": \"main\", \"taskDefinition\": \"web\", \"placementConstraints\": [{\"type\": \"memberOf\", \"expression\": \"(\"}]} | 400"
      })
  void aWrongPlacementIsAProblem(String body, int status) {
    Answer answer = place("admin", body);

    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.json().path("detail").asText()).isNotEmpty();
  }

  @Test
  void placesAreShownToThoseWhoSeeAllInstances() {
    String body = "{\"cluster\": \"main\", \"taskDefinition\": \"web\"}";

    assertThat(place("shopper", body).status()).isEqualTo(403);
    assertThat(place("guest", body).status()).isEqualTo(403);
    assertThat(WORLD.send("POST", Optional.empty(), "/v1/placements", body).status())
        .isEqualTo(401);
    assertThat(WORLD.get("admin", "/v1/placements").status()).isEqualTo(405);
  }

  private static Answer place(String user, String body) {
    return WORLD.send("POST", Optional.of(FakeReviews.token(user)), "/v1/placements", body);
  }

  @Test
  void theOpenApiDocumentNeedsNoToken() {
    Answer answer = WORLD.send("GET", Optional.empty(), "/v1/openapi.json", "");

    assertThat(answer.json().path("openapi").asText()).isEqualTo("3.1.0");
  }

  @Test
  void beforeEcsIsReadTheAnswerIsToComeLater() {
    try (FleetOnLocalEcs unread = new FleetOnLocalEcs(true)) {
      Answer answer = unread.get("admin", "/v1/services");

      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.headers()).containsKey("Retry-After");
    }
  }

  private static List<String> tasks(String filter) {
    return WORLD.texts(WORLD.get("admin", "/v1/tasks?" + filter), "tasks", "taskArn");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}

package io.ecsoperator.localecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ecsoperator.localecs.calls.Call;
import io.ecsoperator.localecs.faults.Fault;
import io.ecsoperator.localecs.faults.FaultRule;
import io.ecsoperator.localecs.script.ContainerScript;
import io.ecsoperator.localecs.world.WorldClock;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.EcsClientBuilder;
import software.amazon.awssdk.services.ecs.model.AccessDeniedException;
import software.amazon.awssdk.services.ecs.model.EcsException;
import software.amazon.awssdk.services.ecs.model.ServerException;

class EndpointTest {
  private final LocalEcs ecs =
      LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper mapper = new ObjectMapper();

  @AfterEach
  void stop() {
    http.close();
    ecs.close();
  }

  @Test
  void theCallLogShowsTheAccessKeyOfTheCaller() {
    try (EcsClient deployer = overHttp("us-east-1", "deployer")) {
      deployer.listClusters();
    }

    assertThat(ecs.calls().of("ListClusters"))
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.caller().accessKey()).contains("deployer");
              assertThat(call.toJson().path("accessKey").asText()).isEqualTo("deployer");
            });
  }

  @Test
  void speaksAwsJsonOverHttp() throws Exception {
    HttpResponse<String> answer = post("CreateCluster", "{\"clusterName\":\"shop\",\"new\":1}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/x-amz-json-1.1");
    assertThat(answer.headers().firstValue("x-amzn-RequestId")).isPresent();
    JsonNode cluster = mapper.readTree(answer.body()).path("cluster");
    assertThat(cluster.path("capacityProviders").isArray()).isTrue();
    assertThat(cluster.has("serviceConnectDefaults")).isFalse();
  }

  @Test
  void errorsHaveTypeAndMessage() throws Exception {
    HttpResponse<String> answer = post("DeleteCluster", "{\"cluster\":\"nowhere\"}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(mapper.readTree(answer.body()))
        .isEqualTo(
            mapper.readTree(
                "{\"__type\":\"ClusterNotFoundException\",\"message\":\"Cluster not found.\"}"));
  }

  @Test
  void namesWhatItDoesNotSupport() throws Exception {
    assertThat(post("ExecuteCommand", "{}").body())
        .contains("UnsupportedFeatureException", "ExecuteCommand");
    assertThat(post("MakeCoffee", "{}").body()).contains("UnknownOperationException", "MakeCoffee");
    assertThat(post("MakeCoffee", "{}").statusCode()).isEqualTo(400);
  }

  @Test
  void refusesWhatItCannotRead() throws Exception {
    assertThat(post("CreateCluster", "{\"clusterName\":7}").body())
        .contains("SerializationException", "$.clusterName");
    assertThat(post("CreateCluster", "{\"clusterName\":").body())
        .contains("SerializationException");
    assertThat(post("CreateCluster", "[]").body()).contains("SerializationException");
    assertThat(post("CreateCluster", "{\"clusterName\":null}").statusCode()).isEqualTo(200);
  }

  @Test
  void refusesNullInAList() throws Exception {
    for (String body :
        List.of(
            "{\"tasks\":[null]}",
            "{\"tasks\":[\"a\", null]}",
            "{\"include\":[null],\"tasks\":[\"a\"]}")) {
      assertThat(post("DescribeTasks", body).statusCode()).as(body).isEqualTo(400);
    }
    assertThat(
            post(
                    "RegisterTaskDefinition",
                    "{\"family\":\"web\",\"containerDefinitions\":"
                        + "[{\"name\":\"a\",\"command\":[null]}]}")
                .statusCode())
        .isEqualTo(400);
    assertThat(post("RunTask", "{\"taskDefinition\":\"web\",\"tags\":[null]}").body())
        .contains("SerializationException");
  }

  @Test
  void aClientOverHttpAndOneInProcessSeeTheSameWorld() {
    try (EcsClient overHttp = overHttp("us-east-1", "local")) {
      overHttp.createCluster(c -> c.clusterName("shop"));

      assertThat(ecs.client().listClusters().clusterArns()).hasSize(1);
      assertThatThrownBy(() -> overHttp.deleteCluster(c -> c.cluster("nowhere")))
          .isInstanceOf(EcsException.class)
          .hasMessageContaining("Cluster not found.");
    }
  }

  @Test
  void theSignatureNamesTheRegionAndAnAccessKeyOfTwelveDigitsTheAccount() {
    try (EcsClient other = overHttp("ap-northeast-1", "210987654321")) {
      assertThat(other.createCluster(c -> c.clusterName("shop")).cluster().clusterArn())
          .isEqualTo("arn:aws:ecs:ap-northeast-1:210987654321:cluster/shop");
    }
  }

  @Test
  void logsEveryCallWithItsOutcome() throws Exception {
    ecs.client().createCluster(c -> c.clusterName("shop"));
    assertThatThrownBy(() -> ecs.client().deleteCluster(c -> c.cluster("nowhere")));
    ecs.client().listClusters();

    assertThat(ecs.calls().all())
        .extracting(Call::operation)
        .containsExactly("CreateCluster", "DeleteCluster", "ListClusters");
    assertThat(ecs.calls().all())
        .extracting(Call::error)
        .containsExactly(
            Optional.empty(), Optional.of("ClusterNotFoundException"), Optional.empty());
    assertThat(ecs.calls().writes()).hasSize(2);
    assertThat(ecs.calls().of("CreateCluster").getFirst().request().path("clusterName").asText())
        .isEqualTo("shop");
    JsonNode overHttp = mapper.readTree(get("calls").body()).path("calls");
    assertThat(overHttp).hasSize(3);
    assertThat(overHttp.path(1).path("outcome").asText()).isEqualTo("ClusterNotFoundException");
  }

  @Test
  void aLostAnswerHasItsEffectOverHttpAndInProcess() {
    for (Fault.Loss how : List.of(Fault.Loss.CONNECTION_CLOSED, Fault.Loss.SERVER_ERROR)) {
      ecs.faults().add(FaultRule.next(2, "CreateCluster", new Fault.LostAnswer(how)));
      try (EcsClient overHttp = overHttp("us-east-1", "local");
          EcsClient inProcess = inProcessWithoutRetries()) {
        Class<? extends Exception> seen =
            how == Fault.Loss.SERVER_ERROR ? ServerException.class : SdkClientException.class;
        assertThatThrownBy(() -> overHttp.createCluster(c -> c.clusterName("http-" + how)))
            .isInstanceOf(seen);
        assertThatThrownBy(() -> inProcess.createCluster(c -> c.clusterName("direct-" + how)))
            .isInstanceOf(seen);
        assertThat(inProcess.describeClusters(c -> c.clusters("http-" + how, "direct-" + how)))
            .satisfies(found -> assertThat(found.clusters()).hasSize(2));
      }
    }
    assertThat(ecs.calls().of("CreateCluster"))
        .allMatch(Call::answerLost)
        .allMatch(Call::succeeded);
  }

  @Test
  void silenceIsATimeOut() {
    ecs.faults().add(FaultRule.always("CreateCluster", new Fault.LostAnswer(Fault.Loss.TIMEOUT)));

    try (EcsClient client = inProcessWithoutRetries()) {
      assertThatThrownBy(() -> client.createCluster())
          .isInstanceOf(SdkClientException.class)
          .hasRootCauseInstanceOf(SocketTimeoutException.class);
      assertThat(client.listClusters().clusterArns()).hasSize(1);
    }
  }

  @Test
  void theSdkRepeatsACallWithALostAnswer() {
    ecs.faults().add(FaultRule.next(1, "CreateCluster", Fault.lostAnswer()));

    ecs.client().createCluster(c -> c.clusterName("shop"));

    assertThat(ecs.calls().of("CreateCluster")).hasSize(2);
    assertThat(ecs.client().listClusters().clusterArns()).hasSize(1);
  }

  @Test
  void aRefusalHasNoEffectAndEndsAfterItsTimes() {
    ecs.faults().add(FaultRule.next(1, "CreateCluster", Fault.accessDenied("CreateCluster")));

    assertThatThrownBy(() -> ecs.client().createCluster(c -> c.clusterName("shop")))
        .isInstanceOf(AccessDeniedException.class)
        .hasMessageContaining("ecs:CreateCluster");
    assertThat(ecs.client().listClusters().clusterArns()).isEmpty();
    ecs.client().createCluster(c -> c.clusterName("shop"));
    assertThat(ecs.client().listClusters().clusterArns()).hasSize(1);
  }

  @Test
  void theShareOfLostAnswersIsTheSameUnderTheSameSeed() {
    assertThat(lostCalls(7)).isEqualTo(lostCalls(7)).isNotEqualTo(lostCalls(8));
    assertThat(lostCalls(7).size()).isBetween(20, 60);
  }

  private static List<Integer> lostCalls(long seed) {
    List<Integer> lost = new ArrayList<>();
    try (LocalEcs ecs =
            LocalEcs.start(LocalEcsOptions.defaults().withSeed(seed).withLostAnswers(0.2));
        EcsClient client = withoutRetries(EcsClient.builder().httpClient(ecs.httpClient()))) {
      for (int i = 0; i < 200; i++) {
        try {
          client.listClusters();
        } catch (SdkClientException e) {
          lost.add(i);
        }
      }
    }
    return lost;
  }

  @Test
  void faultsCanBeSwitchedByHttp() throws Exception {
    send(
        "POST",
        "faults",
        """
        {"operation": "CreateCluster", "times": 2,
         "refuse": {"type": "ThrottlingException", "message": "Rate exceeded"}}
        """);
    assertThat(post("CreateCluster", "{}").body()).contains("ThrottlingException");
    assertThat(mapper.readTree(get("faults").body()).at("/faults/0/times").asInt()).isEqualTo(1);

    send("DELETE", "faults", "");
    assertThat(post("CreateCluster", "{}").statusCode()).isEqualTo(200);

    assertThat(send("POST", "faults", "{\"loseAnswer\":\"EVERYTHING\"}").statusCode())
        .isEqualTo(400);
    assertThat(send("POST", "nothing", "").statusCode()).isEqualTo(404);
  }

  @Test
  void aLostRequestHasNoEffect() {
    ecs.faults()
        .add(
            FaultRule.always("CreateCluster", new Fault.LostRequest(Fault.Loss.CONNECTION_CLOSED)));

    try (EcsClient client = inProcessWithoutRetries()) {
      assertThatThrownBy(() -> client.createCluster()).isInstanceOf(SdkClientException.class);
      assertThat(client.listClusters().clusterArns()).isEmpty();
    }
    assertThat(ecs.calls().of("CreateCluster")).allMatch(Call::answerLost);
    assertThat(ecs.calls().of("CreateCluster")).noneMatch(Call::succeeded);
  }

  @Test
  void quotasAndLagCanBeSwitchedByHttp() throws Exception {
    send("POST", "quotas", "{\"on\": true}");
    for (int i = 0; i < 20; i++) {
      assertThat(post("CreateCluster", "{}").statusCode()).isEqualTo(200);
    }
    HttpResponse<String> throttled = post("DeleteCluster", "{\"cluster\":\"default\"}");
    assertThat(throttled.statusCode()).isEqualTo(400);
    assertThat(mapper.readTree(throttled.body()))
        .isEqualTo(
            mapper.readTree("{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}"));
    send("POST", "quotas", "{\"on\": false}");

    send("POST", "lag", "{\"reads\": 1}");
    post("CreateCluster", "{\"clusterName\":\"shop\"}");
    String describe = "{\"clusters\":[\"shop\"]}";
    assertThat(post("DescribeClusters", describe).body()).contains("MISSING");
    assertThat(post("DescribeClusters", describe).body()).doesNotContain("MISSING");
    assertThat(get("lag").body()).contains("\"reads\":1");
    assertThat(send("POST", "lag", "{\"reads\": -1}").statusCode()).isEqualTo(400);
    assertThat(send("POST", "quotas", "{}").statusCode()).isEqualTo(400);
  }

  @Test
  void aPermissionCanBeMissingByName() throws Exception {
    send("POST", "faults", "{\"operation\": \"*\", \"refuse\": \"denied\", \"times\": 1}");

    assertThat(post("CreateCluster", "{}").body())
        .contains("AccessDeniedException", "ecs:CreateCluster");
    assertThat(send("POST", "faults", "{\"refuse\": \"rudely\"}").statusCode()).isEqualTo(400);
  }

  @Test
  void scriptsCanBeSetByHttp() throws Exception {
    send(
        "POST",
        "scripts",
        """
        {"image": "shop/web:2", "startSeconds": 9, "runSeconds": 20, "exitCode": 3, "healthy": false}
        """);

    assertThat(ecs.scripts().of("shop/web:2"))
        .hasValue(
            new ContainerScript(
                Optional.empty(),
                Optional.of(Duration.ofSeconds(9)),
                Optional.of(Duration.ofSeconds(20)),
                3,
                false));
    assertThat(mapper.readTree(get("scripts").body()).at("/scripts/0/runSeconds").asInt())
        .isEqualTo(20);
    assertThat(send("POST", "scripts", "{\"exitCode\": 1}").statusCode()).isEqualTo(400);
    send("DELETE", "scripts", "");
    assertThat(ecs.scripts().all()).isEmpty();
  }

  @Test
  void containerInstancesCanBeAddedByHttp() throws Exception {
    ecs.client().createCluster(c -> c.clusterName("shop"));

    var added =
        send(
            "POST",
            "instances",
            """
            {"cluster": "shop", "instanceType": "t3.small", "count": 2,
             "attributes": {"stack": "test"}}
            """);
    String arn = mapper.readTree(added.body()).at("/containerInstanceArns/1").asText();
    send(
        "POST",
        "instances/agent",
        "{\"cluster\": \"shop\", \"containerInstance\": \"" + arn + "\", \"connected\": false}");

    assertThat(
            ecs.client()
                .listContainerInstances(
                    l ->
                        l.cluster("shop")
                            .filter("attribute:stack == test and agentConnected == false"))
                .containerInstanceArns())
        .containsExactly(arn);
    assertThat(send("POST", "instances", "{\"cluster\": \"nope\"}").statusCode()).isEqualTo(400);
    assertThat(
            send("POST", "instances", "{\"cluster\": \"shop\", \"instanceType\": \"tiny\"}")
                .statusCode())
        .isEqualTo(400);
  }

  @Test
  void resetEmptiesTheWorldAndTheLog() throws Exception {
    ecs.client().createCluster(c -> c.clusterName("shop"));
    ecs.faults().add(FaultRule.always("*", Fault.throttled()));

    assertThat(send("POST", "reset", "").statusCode()).isEqualTo(200);

    assertThat(ecs.calls().all()).isEmpty();
    assertThat(ecs.client().listClusters().clusterArns()).isEmpty();
  }

  @Test
  void aVirtualClockMovesOnlyOnRequest() throws Exception {
    var before = ecs.now();
    send("POST", "clock/advance", "{\"by\":\"PT1H\"}");

    assertThat(ecs.now()).isEqualTo(before.plus(Duration.ofHours(1)));
    assertThat(get("clock").body()).contains(ecs.now().toString());
    assertThat(send("POST", "clock/advance", "{\"by\":\"soon\"}").statusCode()).isEqualTo(400);
  }

  @Test
  void aRunningClockCannotBeMoved() {
    try (LocalEcs running = LocalEcs.start(LocalEcsOptions.defaults())) {
      assertThatThrownBy(() -> running.advance(Duration.ofSeconds(1)))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private EcsClient overHttp(String region, String accessKey) {
    return EcsClient.builder()
        .endpointOverride(ecs.url())
        .region(Region.of(region))
        .httpClientBuilder(
            Apache5HttpClient.builder()
                .proxyConfiguration(
                    ProxyConfiguration.builder()
                        .useEnvironmentVariableValues(false)
                        .useSystemPropertyValues(false)
                        .build()))
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, "secret")))
        .overrideConfiguration(
            c -> c.retryStrategy(StandardRetryStrategy.builder().maxAttempts(1).build()))
        .build();
  }

  private EcsClient inProcessWithoutRetries() {
    return withoutRetries(EcsClient.builder().httpClient(ecs.httpClient()));
  }

  private static EcsClient withoutRetries(EcsClientBuilder builder) {
    return builder
        .endpointOverride(URI.create("http://local-ecs"))
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
        .overrideConfiguration(
            c -> c.retryStrategy(StandardRetryStrategy.builder().maxAttempts(1).build()))
        .build();
  }

  private HttpResponse<String> post(String operation, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(ecs.url())
            .header("X-Amz-Target", "AmazonEC2ContainerServiceV20141113." + operation)
            .header("Content-Type", "application/x-amz-json-1.1")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String route) throws Exception {
    return send("GET", route, "");
  }

  private HttpResponse<String> send(String method, String route, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(ecs.url().resolve("/_local/" + route))
            .header("X-Local-Ecs", "true")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }
}

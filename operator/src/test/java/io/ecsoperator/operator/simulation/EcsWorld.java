package io.ecsoperator.operator.simulation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.localecs.LocalEcsOptions;
import io.ecsoperator.localecs.faults.Lag;
import io.ecsoperator.localecs.script.ContainerScript;
import io.ecsoperator.localecs.world.WorldClock;
import io.ecsoperator.operator.Trees;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.aws.SdkEcs;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;

/**
 * A local-ecs on the clock of a simulation, called through the AWS SDK without a port. Its faults
 * happen below the SDK, so the operator's classification of failures takes part.
 */
final class EcsWorld implements AutoCloseable {
  private final SdkEcs sdk =
      SdkEcs.of(
          EcsClient.builder()
              .httpClient(new FaultyHttp())
              .endpointOverride(URI.create("http://local-ecs"))
              .region(Region.US_EAST_1)
              .credentialsProvider(
                  StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret"))),
          new SimpleMeterRegistry());

  private Clock clock = Clock.systemUTC();
  private LocalEcs local =
      LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
  private Instant reached = Instant.MIN;
  private EcsFault fault = EcsFault.NONE;
  private final Map<String, String> startedTasks = new TreeMap<>();
  private UnaryOperator<String> refusals = request -> "";

  /**
   * Lets ECS refuse writes.
   *
   * @param messages returns the message of the refusal for the body of a request; an empty one lets
   *     ECS carry it out
   */
  void refuse(UnaryOperator<String> messages) {
    refusals = messages;
  }

  /** Begins anew, empty. */
  void begin(long seed, Clock simulated) {
    local.close();
    local =
        LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()).withSeed(seed));
    refuse(request -> "");
    clock = simulated;
    reached = clock.instant();
    startedTasks.clear();
  }

  void setLag(Duration lag) {
    catchUp();
    local.setLag(Lag.of(lag));
  }

  void script(String image, ContainerScript script) {
    local.scripts().forImage(image, script);
  }

  /** Lets ECS's time pass until now. */
  private void catchUp() {
    Duration passed = Duration.between(reached, clock.instant());
    if (passed.isPositive()) {
      local.advance(passed);
      reached = clock.instant();
    }
  }

  Ecs.Response read(
      String operation, ObjectNode request, CallContext callContext, EcsFault injected) {
    catchUp();
    fault = injected;
    return sdk.read(operation, request, callContext);
  }

  Ecs.Response write(
      String operation, ObjectNode request, CallContext callContext, EcsFault injected) {
    catchUp();
    fault = injected;
    return sdk.write(operation, request, callContext);
  }

  /** Reads for a check, which sees every write at once. */
  ObjectNode read(String operation, String request) {
    local.setLag(Lag.NONE);
    return read(operation, Trees.tree(request), CallContext.of(Priority.CHANGE), EcsFault.NONE)
        .tree();
  }

  /** Who has started each task that ECS has started, by the ARN of the task. */
  Map<String, String> startedTasks() {
    return startedTasks;
  }

  /** How many revisions of each family were registered. */
  Map<String, Integer> registrations() {
    Map<String, Integer> registrations = new TreeMap<>();
    local.calls().of("RegisterTaskDefinition").stream()
        .filter(call -> call.error().isEmpty())
        .forEach(
            call -> registrations.merge(call.request().path("family").asText(), 1, Integer::sum));
    return registrations;
  }

  String region() {
    return sdk.region();
  }

  @Override
  public void close() {
    sdk.close();
    local.close();
  }

  private final class FaultyHttp implements SdkHttpClient {
    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() throws IOException {
          return answer(request);
        }

        @Override
        public void abort() {}
      };
    }

    private HttpExecuteResponse answer(HttpExecuteRequest request) throws IOException {
      String refusal = refusals.apply(body(request));
      if (!refusal.isEmpty() && !target(request).startsWith("Describe")) {
        return refusal(400, "InvalidParameterException", refusal);
      }
      HttpExecuteResponse answer =
          switch (fault) {
            case NONE, ANSWER_LOST ->
                recorded(request, local.httpClient().prepareRequest(request).call());
            case THROTTLED -> refusal(400, "ThrottlingException", "Rate exceeded");
            case UNAVAILABLE -> refusal(500, "ServerException", "Service Unavailable");
            case REQUEST_LOST -> throw new SocketException("Connection reset");
          };
      if (fault == EcsFault.ANSWER_LOST) {
        throw new SocketException("Connection reset");
      }
      return answer;
    }

    private HttpExecuteResponse recorded(HttpExecuteRequest request, HttpExecuteResponse answer)
        throws IOException {
      if (!target(request).equals("RunTask") || answer.responseBody().isEmpty()) {
        return answer;
      }
      byte[] body = answer.responseBody().get().readAllBytes();
      Trees.tree(new String(body, StandardCharsets.UTF_8))
          .path("tasks")
          .forEach(
              task ->
                  startedTasks.put(task.path("taskArn").asText(), task.path("startedBy").asText()));
      return HttpExecuteResponse.builder()
          .response(answer.httpResponse())
          .responseBody(AbortableInputStream.create(new ByteArrayInputStream(body)))
          .build();
    }

    /** The name of the operation. */
    private static String target(HttpExecuteRequest request) {
      String target = request.httpRequest().firstMatchingHeader("X-Amz-Target").orElse("");
      return target.substring(target.indexOf('.') + 1);
    }

    private static String body(HttpExecuteRequest request) throws IOException {
      return request.contentStreamProvider().isEmpty()
          ? ""
          : new String(
              request.contentStreamProvider().get().newStream().readAllBytes(),
              StandardCharsets.UTF_8);
    }

    private static HttpExecuteResponse refusal(int status, String type, String message) {
      String body =
          JsonNodeFactory.instance
              .objectNode()
              .put("__type", type)
              .put("message", message)
              .toString();
      return HttpExecuteResponse.builder()
          .response(
              SdkHttpFullResponse.builder()
                  .statusCode(status)
                  .putHeader("Content-Type", "application/x-amz-json-1.1")
                  .build())
          .responseBody(
              AbortableInputStream.create(
                  new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))))
          .build();
    }

    @Override
    public void close() {}
  }
}

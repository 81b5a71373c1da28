package io.ecsoperator.benchmarks.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ecsoperator.benchmarks.operator.EcsCalls.EcsCall;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The endpoint of a local-ecs in another process. */
record EcsEndpoint(URI url) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The number of the newest call; 0 before the first. */
  long lastCall() throws IOException, InterruptedException {
    return callsAfter(0).all().stream().mapToLong(EcsCall::sequence).max().orElse(0);
  }

  /**
   * The calls numbered above {@code sequence}.
   *
   * @throws IOException also if the call log no longer has all of them
   */
  EcsCalls callsAfter(long sequence) throws IOException, InterruptedException {
    List<EcsCall> calls = new ArrayList<>();
    for (JsonNode call : get("/_local/calls").path("calls")) {
      calls.add(
          new EcsCall(
              call.path("sequence").asLong(),
              Instant.parse(call.path("wallTime").asText()),
              call.path("operation").asText(),
              call.path("outcome").asText(),
              call.path("request")));
    }
    if (!calls.isEmpty() && sequence > 0 && calls.getFirst().sequence() > sequence + 1) {
      throw new IOException(
          "The call log of local-ecs no longer has all calls after " + sequence + ".");
    }
    return new EcsCalls(calls).matching(call -> call.sequence() > sequence);
  }

  /** Calls ECS as another client than the operator. */
  void call(String operation, JsonNode request) throws IOException, InterruptedException {
    send(
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/x-amz-json-1.1")
            .header("X-Amz-Target", "AmazonEC2ContainerServiceV20141113." + operation)
            .POST(HttpRequest.BodyPublishers.ofString(request.toString()))
            .build());
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return JSON.readTree(
        send(HttpRequest.newBuilder(url.resolve(path)).header("X-Local-Ecs", "true").build()));
  }

  private static byte[] send(HttpRequest request) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() != 200) {
        throw new IOException("local-ecs answered " + answer.statusCode() + " to " + request);
      }
      return answer.body();
    }
  }
}

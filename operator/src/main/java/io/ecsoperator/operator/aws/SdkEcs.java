package io.ecsoperator.operator.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.FailureClassifier.Classification;
import io.ecsoperator.sdkschema.SdkJson;
import io.ecsoperator.sdkschema.SdkJsonException;
import io.ecsoperator.sdkschema.SdkOperation;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.AwsResponse;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.EcsClientBuilder;

/**
 * ECS through the AWS SDK: every operation of the SDK's model, by name.
 *
 * <p>The SDK's own retries are off, for reads too. A repetition the caller does not know of hides a
 * lost answer, spends quota that others share, and holds a thread; the operator repeats by itself
 * and looks first. One call takes at most {@value #CALL_SECONDS} seconds.
 *
 * <p>Each call is timed as {@code aws.calls} with the tags {@code operation}, {@code outcome}
 * ({@code success} or the failure's class) and {@code code}.
 */
public final class SdkEcs implements Ecs, AutoCloseable {
  static final long CALL_SECONDS = 15;

  private static final Duration[] LATENCIES = {
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(CALL_SECONDS)
  };

  private final EcsClient client;
  private final MeterRegistry metrics;
  private final MeterProvider<Timer> calls;
  private final SdkJson json = new SdkJson();
  private final SortedMap<String, SdkOperation> operations = SdkOperation.all(EcsClient.class);

  private SdkEcs(EcsClient client, MeterRegistry metrics) {
    this.client = client;
    this.metrics = metrics;
    this.calls =
        Timer.builder("ecs.operator.aws.calls")
            .description("Calls to AWS, from being sent to being answered")
            .serviceLevelObjectives(LATENCIES)
            .withRegistry(metrics);
  }

  /**
   * A client as the SDK's standard environment describes it: {@code AWS_REGION}, {@code
   * AWS_ENDPOINT_URL_ECS}, {@code AWS_ENDPOINT_URL}, the default credentials chain, {@code
   * HTTP_PROXY} and {@code NO_PROXY}. An endpoint on a loopback address is never asked through a
   * proxy.
   *
   * @throws IllegalStateException when no region is configured
   */
  public static SdkEcs fromEnvironment(MeterRegistry metrics) {
    return of(EcsClient.builder().httpClientBuilder(HttpClients.apache()), metrics);
  }

  /**
   * A client with the given region, endpoint, credentials and HTTP client; retries, time-outs and
   * user agent are set here.
   *
   * @throws IllegalStateException when no region is configured
   */
  public static SdkEcs of(EcsClientBuilder builder, MeterRegistry metrics) {
    builder.overrideConfiguration(
        config ->
            config
                .retryStrategy(AwsRetryStrategy.doNotRetry())
                .apiCallTimeout(Duration.ofSeconds(CALL_SECONDS))
                .putAdvancedOption(
                    SdkAdvancedClientOption.USER_AGENT_SUFFIX, "ecs-operator/" + version()));
    try {
      return new SdkEcs(builder.build(), metrics);
    } catch (SdkClientException e) {
      throw new IllegalStateException(
          e.getMessage().contains("region")
              ? "No AWS region is configured: set AWS_REGION."
              : "No AWS client: " + e.getMessage(),
          e);
    }
  }

  @Override
  public Answer read(String operation, ObjectNode request, CallContext callContext) {
    if (!isRead(operation)) {
      throw new IllegalArgumentException(operation + " is not a read");
    }
    return timed(operation, request, () -> call(operation, request));
  }

  @Override
  public Answer write(String operation, ObjectNode request, CallContext callContext) {
    if (isRead(operation)) {
      throw new IllegalArgumentException(operation + " is not a write");
    }
    return timed(operation, request, () -> withEffect(operation, call(operation, request)));
  }

  @Override
  public String region() {
    return client.serviceClientConfiguration().region().id();
  }

  @Override
  public void close() {
    client.close();
  }

  private Answer call(String operation, ObjectNode request) {
    SdkOperation sdkOperation = operations.get(operation);
    if (sdkOperation == null) {
      throw new IllegalArgumentException("ECS has no operation " + operation);
    }
    boolean writes = !isRead(operation);
    try {
      SdkResponse response =
          sdkOperation.call(client, json.decode(request, sdkOperation.requestType()));
      ObjectNode tree = json.encode(response);
      if (tree.isEmpty() && !response.sdkFields().isEmpty()) {
        throw SdkFailures.notEcs(operation, writes, "it has none of the members that ECS sends.");
      }
      return Answer.of(tree, requestId(response));
    } catch (SdkJsonException e) {
      throw AwsFailure.of(
          operation,
          FailureClass.BLOCKED,
          "InvalidRequest",
          "Not a valid " + operation + " request: " + e.getMessage());
    } catch (SdkException e) {
      throw SdkFailures.of(operation, writes, e);
    }
  }

  /** ECS refuses in two ways: by an error, and by an answer that holds nothing but failures. */
  private static Answer withEffect(String operation, Answer answer) {
    JsonNode failures = answer.tree().path("failures");
    boolean nothingElse =
        answer.tree().properties().stream()
            .allMatch(member -> member.getKey().equals("failures") || member.getValue().isEmpty());
    if (failures.isEmpty() || !nothingElse) {
      return answer;
    }
    JsonNode first = failures.get(0);
    String reason = first.path("reason").asText("");
    String detail = first.path("detail").asText("");
    Classification classification = FailureClassifier.classifyReason(reason);
    throw AwsFailure.of(
            operation,
            classification.failureClass(),
            reason,
            detail.isEmpty() ? operation + " had no effect: " + reason : reason + ": " + detail)
        .withResolvesByItself(classification.resolvesByItself())
        .withRequestId(answer.requestId());
  }

  private Answer timed(String operation, ObjectNode request, Supplier<Answer> call) {
    Timer.Sample sample = Timer.start(metrics);
    try {
      Answer answer = call.get();
      sample.stop(timer(operation, "success", ""));
      return answer;
    } catch (AwsFailure failure) {
      String outcome = failure.failureClass().name().toLowerCase(Locale.ROOT);
      sample.stop(timer(operation, outcome, failure.code()));
      throw failure.withMessage(Redaction.of(request).apply(failure.message()));
    }
  }

  private Timer timer(String operation, String outcome, String code) {
    return calls.withTags("operation", operation, "outcome", outcome, "code", code);
  }

  private static Optional<String> requestId(SdkResponse response) {
    return response instanceof AwsResponse answered
        ? Optional.ofNullable(answered.responseMetadata().requestId())
            .filter(id -> !id.equals("UNKNOWN"))
        : Optional.empty();
  }

  private static String version() {
    return Optional.ofNullable(SdkEcs.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  static boolean isRead(String operation) {
    return operation.startsWith("Describe")
        || operation.startsWith("List")
        || operation.startsWith("Get")
        || operation.startsWith("Discover");
  }
}

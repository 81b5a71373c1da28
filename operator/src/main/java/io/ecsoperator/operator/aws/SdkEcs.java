package io.ecsoperator.operator.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.CutText;
import io.ecsoperator.operator.aws.FailureClassifier.Classification;
import io.ecsoperator.operator.secrets.Redaction;
import io.ecsoperator.sdkschema.SdkJson;
import io.ecsoperator.sdkschema.SdkJsonException;
import io.ecsoperator.sdkschema.SdkOperation;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
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
 * <p>The SDK's retries are off, for reads as well. A retry inside the SDK would hide a lost
 * response from the caller, use quota that is shared, and block a thread. The operator retries by
 * itself, and reads before it repeats a write. A call takes at most {@value #CALL_SECONDS} seconds.
 *
 * <p>Each call is timed as {@code ecs.operator.aws.call.duration} with the tags {@code operation},
 * {@code outcome} ({@code success} or the class of the failure) and {@code code}.
 */
public final class SdkEcs implements Ecs, AutoCloseable {
  static final long CALL_SECONDS = 15;

  /** In bytes; a message is kept with its object, and logged. */
  private static final int MAX_MESSAGE = 4096;

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
        Timer.builder("ecs.operator.aws.call.duration")
            .description("Time from sending a call to AWS to its response")
            .serviceLevelObjectives(LATENCIES)
            .withRegistry(metrics);
  }

  /**
   * Creates a client from the SDK's standard environment: {@code AWS_REGION}, {@code
   * AWS_ENDPOINT_URL_ECS}, {@code AWS_ENDPOINT_URL}, the default credentials chain, {@code
   * HTTP_PROXY} and {@code NO_PROXY}. Calls to an endpoint on a loopback address do not use the
   * proxy.
   *
   * @throws IllegalStateException if no region is configured
   */
  public static SdkEcs fromEnvironment(MeterRegistry metrics) {
    return of(EcsClient.builder().httpClientBuilder(HttpClients.apache()), metrics);
  }

  /**
   * Creates a client with the region, endpoint, credentials and HTTP client of {@code builder};
   * retries, time-outs and user agent are set here.
   *
   * @throws IllegalStateException if no region is configured
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
      String message = Objects.requireNonNullElse(e.getMessage(), e.toString());
      throw new IllegalStateException(
          message.contains("region")
              ? "No AWS region is configured: set AWS_REGION."
              : "Cannot create the AWS client: " + message,
          e);
    }
  }

  @Override
  public Ecs.Response read(String operation, ObjectNode request, CallContext callContext) {
    if (!isRead(operation)) {
      throw new IllegalArgumentException(operation + " is not a read");
    }
    return timed(operation, request, () -> call(operation, request));
  }

  @Override
  public Ecs.Response write(String operation, ObjectNode request, CallContext callContext) {
    if (isRead(operation)) {
      throw new IllegalArgumentException(operation + " is not a write");
    }
    return timed(operation, request, () -> requireEffect(operation, call(operation, request)));
  }

  @Override
  public String region() {
    return client.serviceClientConfiguration().region().id();
  }

  @Override
  public Optional<String> credentialsId() {
    try {
      return Optional.of(
          client
              .serviceClientConfiguration()
              .credentialsProvider()
              .resolveIdentity()
              .join()
              .accessKeyId());
    } catch (RuntimeException e) {
      // The call itself fails for the same reason, and its failure is reported.
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    client.close();
  }

  private Ecs.Response call(String operation, ObjectNode request) {
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
        throw SdkFailures.notEcs(operation, writes, "it has none of the members of the response.");
      }
      return Ecs.Response.of(tree, requestId(response));
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

  /** ECS rejects a write by an error, or by a response that has only failures. */
  private static Ecs.Response requireEffect(String operation, Ecs.Response response) {
    JsonNode failures = response.tree().path("failures");
    boolean onlyFailures =
        response.tree().properties().stream()
            .allMatch(member -> member.getKey().equals("failures") || member.getValue().isEmpty());
    if (failures.isEmpty() || !onlyFailures) {
      return response;
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
        .withRequestId(response.requestId());
  }

  private Ecs.Response timed(String operation, ObjectNode request, Supplier<Ecs.Response> call) {
    Timer.Sample sample = Timer.start(metrics);
    try {
      Ecs.Response response = call.get();
      sample.stop(timer(operation, "success", ""));
      return response;
    } catch (AwsFailure failure) {
      String outcome = failure.failureClass().name().toLowerCase(Locale.ROOT);
      sample.stop(timer(operation, outcome, failure.code()));
      String redacted = Redaction.of(request).apply(failure.message());
      throw failure.withMessage(
          CutText.of(redacted, MAX_MESSAGE) + missingCluster(request, failure));
    }
  }

  /** ECS does not say which cluster it did not find. */
  private static String missingCluster(ObjectNode request, AwsFailure failure) {
    String cluster = request.path("cluster").asText();
    return failure.code().equals("ClusterNotFoundException") && !cluster.isEmpty()
        ? " (cluster " + cluster + ")"
        : "";
  }

  private Timer timer(String operation, String outcome, String code) {
    return calls.withTags("operation", operation, "outcome", outcome, "code", code);
  }

  private static Optional<String> requestId(SdkResponse response) {
    return response instanceof AwsResponse aws
        ? Optional.ofNullable(aws.responseMetadata().requestId())
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

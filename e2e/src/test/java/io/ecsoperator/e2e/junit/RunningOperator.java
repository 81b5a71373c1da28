package io.ecsoperator.e2e.junit;

import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.operator.EcsOperator;
import io.ecsoperator.operator.aws.SdkEcs;
import io.ecsoperator.operator.config.OperatorConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;

/**
 * The whole operator, in this JVM, for one namespace of a real API server and one {@link LocalEcs}.
 */
public final class RunningOperator implements AutoCloseable {
  private final SdkEcs ecs;
  private final EcsOperator operator;

  private RunningOperator(SdkEcs ecs, EcsOperator operator) {
    this.ecs = ecs;
    this.operator = operator;
  }

  /** Starts it; when this returns, it reconciles. */
  public static RunningOperator start(TestNamespace namespace, LocalEcs localEcs) {
    return start(config(namespace), namespace, localEcs, Region.US_EAST_1, Clock.systemUTC());
  }

  /** Starts it with settings of one's own, as if {@code AWS_REGION} were {@code region}. */
  public static RunningOperator start(
      OperatorConfig config,
      TestNamespace namespace,
      LocalEcs localEcs,
      Region region,
      Clock clock) {
    var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var ecs =
        SdkEcs.of(
            EcsClient.builder()
                .httpClient(localEcs.httpClient())
                .endpointOverride(URI.create("http://local-ecs"))
                .region(region)
                .credentialsProvider(
                    StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret"))),
            metrics);
    return new RunningOperator(
        ecs, EcsOperator.start(config, namespace.client(), ecs, metrics, clock));
  }

  private static OperatorConfig config(TestNamespace namespace) {
    return new OperatorConfig(
        List.of(namespace.name()),
        Optional.empty(),
        Duration.ofMillis(200),
        Duration.ofSeconds(60),
        Duration.ofSeconds(60),
        Duration.ofSeconds(5),
        Duration.ofMillis(5),
        Duration.ofSeconds(60),
        8,
        "127.0.0.1",
        0,
        0);
  }

  @Override
  public void close() {
    operator.close();
    ecs.close();
  }
}

package io.ecsoperator.e2e.operator;

import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.operator.EcsOperator;
import io.ecsoperator.operator.aws.SdkEcs;
import io.ecsoperator.operator.aws.SqsQueue;
import io.ecsoperator.operator.config.OperatorConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.time.Clock;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;

/** The operator in this JVM, with a real API server and a {@link LocalEcs}. */
record RunningOperator(EcsOperator operator, SdkEcs ecs) implements AutoCloseable {

  /**
   * Starts the operator; when this returns, it reconciles.
   *
   * @param accessKey its access key, by which ECS's call log identifies it
   * @param region the value of {@code AWS_REGION}
   */
  static RunningOperator start(
      OperatorConfig config,
      KubernetesClient kubernetes,
      LocalEcs localEcs,
      String accessKey,
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
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(accessKey, "secret"))),
            metrics);
    return new RunningOperator(
        EcsOperator.start(
            config,
            kubernetes,
            ecs,
            config.reads().eventsQueue().map(url -> SqsQueue.of(localEcs.sqsClient(), url)),
            metrics,
            clock),
        ecs);
  }

  @Override
  public void close() {
    operator.close();
    ecs.close();
  }
}

package io.ecsoperator.benchmarks.operator;

import io.ecsoperator.operator.EcsOperator;
import io.ecsoperator.operator.KubernetesClients;
import io.ecsoperator.operator.aws.SdkEcs;
import io.ecsoperator.operator.config.Logging;
import io.ecsoperator.operator.config.Options;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** The same operator, but it reads like an operator without a cache: one call per object. */
@CommandLine.Command
final class NaiveOperator implements Runnable {
  @Mixin private Options options;

  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new NaiveOperator())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments));
  }

  @Override
  public void run() {
    Logging.configure(options.logFormat(), options.logLevel());
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try (var ecs = SdkEcs.fromEnvironment(metrics);
        var kubernetes = KubernetesClients.fromEnvironment();
        var operator =
            EcsOperator.start(
                options.config(),
                kubernetes,
                new OneByOneEcs(ecs),
                Optional.empty(),
                metrics,
                Clock.systemUTC())) {
      System.out.println("Started on port " + operator.metricsPort());
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

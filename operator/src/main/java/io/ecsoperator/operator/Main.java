package io.ecsoperator.operator;

import io.ecsoperator.operator.aws.SdkEcs;
import io.ecsoperator.operator.aws.SqsQueue;
import io.ecsoperator.operator.config.Logging;
import io.ecsoperator.operator.config.OperatorConfig;
import io.ecsoperator.operator.config.Options;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.OperatorException;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Starts the operator from the command line. */
@Command(
    name = "ecs-operator",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = "Runs Amazon ECS from Kubernetes manifests.",
    footer = {
      "",
      "Every option can be set by a variable instead: --poll-interval by",
      "ECS_OPERATOR_POLL_INTERVAL. The connection to Kubernetes is configured by",
      "KUBECONFIG or, inside a cluster, the service account. AWS is configured by the",
      "SDK's standard variables: AWS_REGION, the credentials (AWS_ACCESS_KEY_ID,",
      "AWS_PROFILE, web identity, ...), and AWS_ENDPOINT_URL_ECS or AWS_ENDPOINT_URL",
      "for an endpoint other than AWS's own; the queue of --events-queue likewise by",
      "AWS_ENDPOINT_URL_SQS."
    })
public final class Main implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  @Mixin private Options options;

  private Main() {}

  public static void main(String[] args) {
    int exitCode =
        new CommandLine(new Main())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(
                (e, arguments) -> fail(e.getMessage() + "\n--help lists the options."))
            .execute(args);
    System.exit(exitCode);
  }

  @Override
  public Integer call() throws InterruptedException {
    Logging.configure(options.logFormat(), options.logLevel());
    OperatorConfig config;
    try {
      config = options.config();
    } catch (IllegalArgumentException e) {
      return fail(e.getMessage());
    }
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try (SdkEcs ecs = SdkEcs.fromEnvironment(metrics);
        SqsQueue events = config.reads().eventsQueue().map(SqsQueue::fromEnvironment).orElse(null);
        KubernetesClient kubernetes = KubernetesClients.fromEnvironment()) {
      LOG.atInfo()
          .addKeyValue("region", ecs.region())
          .addKeyValue("config", config)
          .log("Starting");
      EcsOperator operator =
          EcsOperator.start(
              config, kubernetes, ecs, Optional.ofNullable(events), metrics, Clock.systemUTC());
      CountDownLatch stopped = new CountDownLatch(1);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    operator.close();
                    stopped.countDown();
                  },
                  "shutdown"));
      LOG.info("Started");
      stopped.await();
      return 0;
    } catch (KubernetesClientException | OperatorException e) {
      LOG.debug("Start failed", e);
      return fail(
          "Kubernetes cannot be used, or the CRDs are not installed: "
              + rootMessage(e)
              + " (KUBECONFIG selects the cluster).");
    } catch (IllegalStateException | UncheckedIOException e) {
      LOG.debug("Start failed", e);
      return fail(e.getMessage());
    }
  }

  private static int fail(@Nullable String message) {
    System.err.println("ecs-operator: " + message);
    return 1;
  }

  /**
   * The message of the root cause, which is more specific than those of the wrapping exceptions.
   */
  private static String rootMessage(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"ecs-operator " + (version == null ? "(not packaged)" : version)};
    }
  }
}

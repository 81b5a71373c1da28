package io.ecsoperator.operator;

import io.ecsoperator.operator.aws.MessageQueue;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

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

  @Spec private CommandSpec command;
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
      return run(config, kubernetes, ecs, Optional.ofNullable(events), metrics);
    } catch (IllegalStateException | UncheckedIOException e) {
      LOG.debug("Start failed", e);
      return fail(e.getMessage());
    }
  }

  private int run(
      OperatorConfig config,
      KubernetesClient kubernetes,
      SdkEcs ecs,
      Optional<MessageQueue> events,
      PrometheusMeterRegistry metrics)
      throws InterruptedException {
    ApiServerAddress apiServer =
        ApiServerAddress.of(kubernetes.getConfiguration(), System.getenv());
    LOG.atInfo()
        .addKeyValue("version", version())
        .addKeyValue("kubernetes", apiServer)
        .addKeyValue("region", ecs.region())
        .addKeyValue("settings", Options.settings(command))
        .log("Starting");
    // The client tries again for half a minute before it fails.
    apiServer
        .problem(kubernetes)
        .ifPresent(why -> LOG.warn("{}. The operator tries again.", apiServer.unusable(why)));
    try {
      EcsOperator operator =
          EcsOperator.start(config, kubernetes, ecs, events, metrics, Clock.systemUTC());
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
      return fail(apiServer.unusable(ApiServerAddress.why(e)));
    }
  }

  private static int fail(@Nullable String message) {
    System.err.println("ecs-operator: " + message);
    return 1;
  }

  private static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"ecs-operator " + version()};
    }
  }
}

package io.ecsoperator.operator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ecsoperator.operator.Main;
import io.ecsoperator.operator.aws.quota.Quota;
import io.ecsoperator.operator.aws.quota.QuotaSettings;
import io.ecsoperator.operator.config.OwnershipSettings.DefaultDeletion;
import io.ecsoperator.sdkschema.quota.QuotaCategory;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

class OptionsTest {
  @TempDir Path directory;

  @Test
  void everyOptionHasADefault() {
    Options options = parse();
    OperatorConfig config = options.config();

    assertThat(config.namespaces()).isEmpty();
    assertThat(config.ownership().ownerId()).isEmpty();
    assertThat(config.ownership().deletion()).isEqualTo(DefaultDeletion.DELETE);
    assertThat(config.lease())
        .contains(
            new LeaseSettings(
                Optional.empty(),
                "ecs-operator",
                Duration.ofSeconds(6),
                Duration.ofSeconds(4),
                Duration.ofSeconds(1)));
    assertThat(config.intervals().poll()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.intervals().resync()).isEqualTo(Duration.ofSeconds(60));
    assertThat(config.intervals().refused()).isEqualTo(Duration.ofMinutes(10));
    assertThat(config.intervals().maxBackoff()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.reads().batchWindow()).isEqualTo(Duration.ofMillis(30));
    assertThat(config.reads().gracePeriod()).isEqualTo(Duration.ofSeconds(60));
    assertThat(config.threads()).isEqualTo(32);
    assertThat(config.quotas()).isEqualTo(QuotaSettings.share(80));
    assertThat(config.servers().metricsPort()).isEqualTo(8080);
    assertThat(config.servers().healthPort()).isEqualTo(8081);
    assertThat(options.logFormat()).isEqualTo(LogFormat.TEXT);
    assertThat(options.logLevel()).isEqualTo(Level.INFO);
  }

  @Test
  void optionsAreApplied() {
    OperatorConfig config =
        parse(
                "--namespaces=shop, blog,",
                "--owner-id=east",
                "--default-deletion-policy=Retain",
                "--poll-interval=200ms",
                "--max-backoff=2h",
                "--threads=4",
                "--metrics-port=0")
            .config();

    assertThat(config.namespaces()).containsExactly("shop", "blog");
    assertThat(config.ownership().ownerId()).contains("east");
    assertThat(config.ownership().deletion()).isEqualTo(DefaultDeletion.RETAIN);
    assertThat(config.intervals().poll()).isEqualTo(Duration.ofMillis(200));
    assertThat(config.intervals().maxBackoff()).isEqualTo(Duration.ofHours(2));
    assertThat(config.threads()).isEqualTo(4);
    assertThat(config.servers().metricsPort()).isZero();
  }

  @Test
  void aDurationMayHaveSeveralUnits() {
    OperatorConfig config =
        parse("--lease-duration=1m30s", "--resync-interval=1h5m10s", "--poll-interval=5s500ms")
            .config();

    assertThat(config.lease())
        .hasValueSatisfying(lease -> assertThat(lease.duration()).hasSeconds(90));
    assertThat(config.intervals().resync()).hasSeconds(3910);
    assertThat(config.intervals().poll()).hasMillis(5500);
  }

  @Test
  void leaseOptionsAreApplied() {
    OperatorConfig config =
        parse("--lease-namespace=ops", "--lease-name=east", "--lease-duration=15s").config();

    assertThat(config.lease())
        .hasValueSatisfying(
            lease -> {
              assertThat(lease.namespace()).contains("ops");
              assertThat(lease.name()).isEqualTo("east");
              assertThat(lease.duration()).isEqualTo(Duration.ofSeconds(15));
            });
    assertThat(parse("--leader-election=false").config().lease()).isEmpty();
  }

  @Test
  void quotaOptionsAreApplied() {
    QuotaSettings quotas =
        parse(
                "--quota-share=50",
                "--quota=service-modify=100/10,tag-read=8/0.5",
                "--quota=cluster-read=1/1")
            .config()
            .quotas();

    assertThat(quotas.enforced()).isTrue();
    assertThat(quotas.sharePercent()).isEqualTo(50);
    assertThat(quotas.overrides())
        .containsOnly(
            Map.entry(QuotaCategory.SERVICE_MODIFY, new Quota(100, 10)),
            Map.entry(QuotaCategory.TAG_READ, new Quota(8, 0.5)),
            Map.entry(QuotaCategory.CLUSTER_READ, new Quota(1, 1)));
    assertThat(quotas).asString().contains("tag-read=8/0.5");
    assertThat(parse("--quotas=false").config().quotas().enforced()).isFalse();
  }

  @Test
  void helpListsTheCategories() {
    assertThat(new CommandLine(new Program()).getUsageMessage())
        .contains("task-definition-modify", "service-read");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--poll-interval=soon   | 'soon' is not a duration such as 30ms, 5s or 10m",
        "--poll-interval=-5s    | '-5s' is not a duration",
        "--poll-interval=1m30   | '1m30' is not a duration",
        "--threads=many         | 'many' is not an int",
        "--quota=cluster=1/1    | 'cluster' is not a category of calls; the categories are cluster-modify,",
        "--quota=tag-read=5     | '5' is not a burst and a refill per second such as 50/5",
        "--quota=tag-read=0/5   | the burst of a quota must be at least 1",
        "--quota=tag-read=5/0   | the refill of a quota must be more than 0 per second",
        "--log-format=xml       | expected one of [TEXT, JSON]",
        "--log-level=chatty     | expected one of",
        "--no-such-option       | Unknown option: '--no-such-option'"
      })
  void anUnreadableValueIsReported(String option, String message) {
    assertThatThrownBy(() -> parse(option))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--poll-interval=0s    | --poll-interval must be longer than 0s",
        "--resync-interval=0ms | --resync-interval must be longer than 0s",
        "--threads=0           | --threads must be at least 1",
        "--quota-share=0       | --quota-share must be between 1 and 100",
        "--quota-share=101     | --quota-share must be between 1 and 100",
        "--lease-duration=1500ms | --lease-duration must be in whole seconds",
        "--renew-deadline=6s   | --renew-deadline must be shorter than --lease-duration",
        "--retry-period=4s     | --retry-period must be longer than 0s and shorter than --renew-deadline",
        "--metrics-port=-1     | --metrics-port must be between 0 and 65535",
        "--health-port=70000   | --health-port must be between 0 and 65535"
      })
  void anInvalidValueIsReported(String option, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(option).config())
        .withMessage(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TEXT", "json", "Json"})
  void theCaseOfALogFormatDoesNotMatter(String format) {
    assertThat(parse("--log-format=" + format).logFormat().toString())
        .isEqualTo(format.toLowerCase(Locale.ROOT));
  }

  @Test
  void everyOptionHasTheVariableThatHelpDescribes() {
    List<Option> options =
        Arrays.stream(Options.class.getDeclaredFields())
            .map(field -> field.getAnnotation(Option.class))
            .filter(option -> option != null)
            .toList();

    assertThat(options).isNotEmpty();
    assertThat(options)
        .allSatisfy(
            option ->
                assertThat(option.defaultValue())
                    .startsWith(
                        "${env:ECS_OPERATOR_"
                            + option
                                .names()[0]
                                .substring(2)
                                .replace('-', '_')
                                .toUpperCase(Locale.ROOT)));
  }

  @Test
  void aBadVariableEndsTheOperatorWithOneClearLine() throws Exception {
    assertThat(start(Map.of("ECS_OPERATOR_POLL_INTERVAL", "soon")))
        .contains("--poll-interval")
        .contains("'soon' is not a duration")
        .doesNotContain("\tat ");
    assertThat(start(Map.of("ECS_OPERATOR_THREADS", "0")))
        .isEqualToIgnoringNewLines("ecs-operator: --threads must be at least 1");
  }

  @ParameterizedTest
  @EnumSource(LogFormat.class)
  void theStartIsLoggedWithAllSettingsAndAWrongAddressAtOnce(LogFormat format) throws Exception {
    Path kubeconfig = directory.resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
        users: [{name: u, user: {token: planted-token}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        current-context: x
        """);

    String output =
        outputUntil(
            "The operator tries again.",
            Map.of(
                "KUBECONFIG",
                kubeconfig.toString(),
                "AWS_REGION",
                "eu-central-1",
                "AWS_ACCESS_KEY_ID",
                "planted-id",
                "AWS_SECRET_ACCESS_KEY",
                "planted-key",
                "ECS_OPERATOR_THREADS",
                "7",
                "ECS_OPERATOR_LOG_FORMAT",
                format.name()));

    assertThat(output)
        .contains(
            "Starting", "eu-central-1", "owner-id", "poll-interval", "default-deletion-policy")
        .containsPattern("threads\"?[=:]\"?7")
        .contains("The API server https://127.0.0.1:1", "KUBECONFIG=" + kubeconfig)
        .contains("cannot be used: ")
        .doesNotContain("planted", "\tat ");
  }

  private static Options parse(String... arguments) {
    Program program = new Program();
    new CommandLine(program).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
    return program.options;
  }

  @Command
  private static final class Program {
    @Mixin private Options options;
  }

  /** Removes the jar of local-ecs, which has a logging provider that the operator does not ship. */
  private static String runtimeClassPath(String classPath) {
    return Arrays.stream(classPath.split(File.pathSeparator))
        .filter(entry -> !entry.contains("local-ecs"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private String start(Map<String, String> environment) throws IOException, InterruptedException {
    Process process = process(environment);
    try {
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("ended in time").isTrue();
      assertThat(process.exitValue()).isNotZero();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } finally {
      process.destroyForcibly();
    }
  }

  /** What a process writes up to the first line that contains {@code last}. */
  private static String outputUntil(String last, Map<String, String> environment)
      throws IOException {
    Process process = process(environment);
    try (BufferedReader lines = process.inputReader()) {
      StringBuilder output = new StringBuilder();
      String line = lines.readLine();
      while (line != null) {
        output.append(line).append('\n');
        if (line.contains(last)) {
          return output.toString();
        }
        line = lines.readLine();
      }
      throw new AssertionError("The process has ended: " + output);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process process(Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // The process is short.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                runtimeClassPath(System.getProperty("java.class.path")),
                Main.class.getName())
            .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.start();
  }
}

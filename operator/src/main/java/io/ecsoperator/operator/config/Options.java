package io.ecsoperator.operator.config;

import io.ecsoperator.operator.aws.quota.Quota;
import io.ecsoperator.operator.aws.quota.QuotaSettings;
import io.ecsoperator.sdkschema.quota.QuotaCategory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.event.Level;
import picocli.CommandLine.Option;

/** The command line; every option has a variable of its own. */
public final class Options {
  @Option(
      names = "--namespaces",
      split = ",",
      paramLabel = "NAMESPACE",
      defaultValue = "${env:ECS_OPERATOR_NAMESPACES}",
      description = "Namespaces to watch, separated by commas. Default: all.")
  private List<String> namespaces;

  @Option(
      names = "--owner-id",
      paramLabel = "ID",
      defaultValue = "${env:ECS_OPERATOR_OWNER_ID}",
      description =
          "What the owner tags in ECS call this installation. Default: the uid of the namespace"
              + " kube-system.")
  private String ownerId;

  @Option(
      names = "--leader-election",
      arity = "1",
      paramLabel = "true|false",
      defaultValue = "${env:ECS_OPERATOR_LEADER_ELECTION:-true}",
      description =
          "Whether replicas agree by a Lease on the one that acts; false only where there is never"
              + " more than one. Default: true.")
  private boolean leaderElection;

  @Option(
      names = "--lease-namespace",
      paramLabel = "NAMESPACE",
      defaultValue = "${env:ECS_OPERATOR_LEASE_NAMESPACE}",
      description = "Where the Lease is. Default: the operator's own namespace, else default.")
  private String leaseNamespace;

  @Option(
      names = "--lease-name",
      paramLabel = "NAME",
      defaultValue = "${env:ECS_OPERATOR_LEASE_NAME:-ecs-operator}",
      description =
          "Name of the Lease; installations in one namespace need one each. Default: ecs-operator.")
  private String leaseName;

  @Option(
      names = "--lease-duration",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "${env:ECS_OPERATOR_LEASE_DURATION:-6s}",
      description =
          "How long a replica waits for a leader that does not renew the Lease, in whole seconds."
              + " Default: 6s.")
  private Duration leaseDuration;

  @Option(
      names = "--renew-deadline",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "${env:ECS_OPERATOR_RENEW_DEADLINE:-4s}",
      description =
          "How long a leader acts that cannot renew the Lease; what is left of its duration is for"
              + " calls under way. Default: 4s.")
  private Duration renewDeadline;

  @Option(
      names = "--retry-period",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "${env:ECS_OPERATOR_RETRY_PERIOD:-1s}",
      description = "How often the Lease is renewed, or tried to get. Default: 1s.")
  private Duration retryPeriod;

  @Option(
      names = "--poll-interval",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "${env:ECS_OPERATOR_POLL_INTERVAL:-5s}",
      description = "How often to look at what is going on in ECS, such as a rollout. Default: 5s.")
  private Duration pollInterval;

  @Option(
      names = "--resync-interval",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "${env:ECS_OPERATOR_RESYNC_INTERVAL:-60s}",
      description =
          "In which time everything in ECS is read again: how soon drift is seen. Default: 60s.")
  private Duration resyncInterval;

  @Option(
      names = "--refused-interval",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "${env:ECS_OPERATOR_REFUSED_INTERVAL:-10m}",
      description = "When to try a refused call again if nothing has changed before. Default: 10m.")
  private Duration refusedInterval;

  @Option(
      names = "--max-backoff",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "${env:ECS_OPERATOR_MAX_BACKOFF:-5m}",
      description = "Longest pause between tries of what may work later. Default: 5m.")
  private Duration maxBackoff;

  @Option(
      names = "--batch-window",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "${env:ECS_OPERATOR_BATCH_WINDOW:-30ms}",
      description = "How long a describe waits for others to join it. Default: 30ms.")
  private Duration batchWindow;

  @Option(
      names = "--grace-period",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "${env:ECS_OPERATOR_GRACE_PERIOD:-60s}",
      description =
          "How long ECS's answer to a write stands against reads that do not show it yet."
              + " Default: 60s.")
  private Duration gracePeriod;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "${env:ECS_OPERATOR_THREADS:-32}",
      description =
          "Objects worked on at the same time, those that wait for AWS not counted. Default: 32.")
  private int threads;

  @Option(
      names = "--quotas",
      arity = "1",
      paramLabel = "true|false",
      defaultValue = "${env:ECS_OPERATOR_QUOTAS:-true}",
      description =
          "Whether calls wait for their turn so that AWS's request quotas are not exceeded; false"
              + " only for an endpoint without quotas. Default: true.")
  private boolean quotas;

  @Option(
      names = "--quota-share",
      paramLabel = "PERCENT",
      defaultValue = "${env:ECS_OPERATOR_QUOTA_SHARE:-80}",
      description =
          "How much of AWS's published request quotas to use, 1 to 100: they are shared with all"
              + " others in the account and region. Default: 80.")
  private int quotaShare;

  @Option(
      names = "--quota",
      split = ",",
      paramLabel = "CATEGORY=BURST/REFILL",
      converter = {QuotaCategories.class, QuotaValues.class},
      defaultValue = "${env:ECS_OPERATOR_QUOTA}",
      description =
          "Calls of a category at once and per second, in place of the share, for example"
              + " service-modify=100/10; repeatable, or separated by commas. Categories:"
              + " ${COMPLETION-CANDIDATES}.",
      completionCandidates = QuotaCategories.class)
  private Map<QuotaCategory, Quota> quota = Map.of();

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "${env:ECS_OPERATOR_HOST:-0.0.0.0}",
      description = "Address of the metrics and health servers. Default: 0.0.0.0.")
  private String host;

  @Option(
      names = "--metrics-port",
      paramLabel = "PORT",
      defaultValue = "${env:ECS_OPERATOR_METRICS_PORT:-8080}",
      description = "Port of /metrics; 0 takes a free one. Default: 8080.")
  private int metricsPort;

  @Option(
      names = "--health-port",
      paramLabel = "PORT",
      defaultValue = "${env:ECS_OPERATOR_HEALTH_PORT:-8081}",
      description = "Port of /healthz and /readyz; 0 takes a free one. Default: 8081.")
  private int healthPort;

  @Option(
      names = "--log-format",
      paramLabel = "text|json",
      defaultValue = "${env:ECS_OPERATOR_LOG_FORMAT:-text}",
      description = "Form of the log lines: text or json. Default: text.")
  private LogFormat logFormat;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      defaultValue = "${env:ECS_OPERATOR_LOG_LEVEL:-info}",
      description = "error, warn, info or debug. Default: info.")
  private Level logLevel;

  public LogFormat logFormat() {
    return logFormat;
  }

  public Level logLevel() {
    return logLevel;
  }

  /**
   * The settings.
   *
   * @throws IllegalArgumentException when one makes no sense
   */
  public OperatorConfig config() {
    return new OperatorConfig(
        namespaces == null
            ? List.of()
            : namespaces.stream().map(String::trim).filter(name -> !name.isEmpty()).toList(),
        Optional.ofNullable(ownerId).filter(id -> !id.isBlank()),
        lease(),
        pollInterval,
        resyncInterval,
        refusedInterval,
        maxBackoff,
        batchWindow,
        gracePeriod,
        threads,
        new QuotaSettings(quotas, quotaShare, quota == null ? Map.of() : quota),
        host,
        metricsPort,
        healthPort);
  }

  private Optional<LeaseSettings> lease() {
    return leaderElection
        ? Optional.of(
            new LeaseSettings(
                Optional.ofNullable(leaseNamespace).filter(name -> !name.isBlank()),
                leaseName,
                leaseDuration,
                renewDeadline,
                retryPeriod))
        : Optional.empty();
  }
}

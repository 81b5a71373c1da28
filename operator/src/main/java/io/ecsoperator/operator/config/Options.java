package io.ecsoperator.operator.config;

import io.ecsoperator.operator.aws.quota.Quota;
import io.ecsoperator.operator.aws.quota.QuotaSettings;
import io.ecsoperator.operator.config.OwnershipSettings.DefaultDeletion;
import io.ecsoperator.sdkschema.quota.QuotaCategory;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The command line. Every option can be set by an environment variable as well. */
public final class Options {
  @Option(
      names = "--namespaces",
      split = ",",
      paramLabel = "NAMESPACE",
      defaultValue = "${env:ECS_OPERATOR_NAMESPACES}",
      description = "Namespaces to watch, separated by commas. Default: all.")
  private @Nullable List<String> namespaces;

  @Option(
      names = "--owner-id",
      paramLabel = "ID",
      defaultValue = "${env:ECS_OPERATOR_OWNER_ID}",
      description =
          "Name of this installation in the owner tags in ECS. Default: the uid of the namespace"
              + " kube-system.")
  private @Nullable String ownerId;

  @Option(
      names = "--adopt-untagged",
      paramLabel = "off|on|PATTERN,...",
      defaultValue = "${env:ECS_OPERATOR_ADOPT_UNTAGGED}",
      description =
          "Which resources without an owner objects may adopt and compare with their specs: none,"
              + " all, or those whose names match a pattern such as shop-*. Default: off if the"
              + " operator watches all namespaces, else on.")
  private @Nullable String adoptUntagged;

  @Option(
      names = "--former-owner-ids",
      split = ",",
      paramLabel = "ID",
      defaultValue = "${env:ECS_OPERATOR_FORMER_OWNER_IDS}",
      description =
          "Owner ids of installations that are gone: their resources may be taken over without"
              + " their consent. Default: none.")
  private @Nullable List<String> formerOwnerIds;

  @Option(
      names = "--default-deletion-policy",
      paramLabel = "Delete|Retain",
      defaultValue = "${env:ECS_OPERATOR_DEFAULT_DELETION_POLICY:-Delete}",
      description =
          "What happens to an ECS resource when its object is deleted and the object's spec has no"
              + " deletionPolicy: Delete or Retain. Default: Delete.")
  private DefaultDeletion defaultDeletion;

  @Option(
      names = "--leader-election",
      arity = "1",
      paramLabel = "true|false",
      defaultValue = "${env:ECS_OPERATOR_LEADER_ELECTION:-true}",
      description =
          "Elect a leader among the replicas by a Lease; false only if there is never more than one"
              + " replica. Default: true.")
  private boolean leaderElection;

  @Option(
      names = "--lease-namespace",
      paramLabel = "NAMESPACE",
      defaultValue = "${env:ECS_OPERATOR_LEASE_NAMESPACE}",
      description =
          "Namespace of the Lease. Default: that of the service account, outside a cluster default.")
  private @Nullable String leaseNamespace;

  @Option(
      names = "--lease-name",
      paramLabel = "NAME",
      defaultValue = "${env:ECS_OPERATOR_LEASE_NAME:-ecs-operator}",
      description =
          "Name of the Lease, different for each installation in a namespace. Default:"
              + " ecs-operator.")
  private String leaseName;

  @Option(
      names = "--lease-duration",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "${env:ECS_OPERATOR_LEASE_DURATION:-6s}",
      description =
          "How long the Lease is valid without being renewed, in whole seconds; then another"
              + " replica leads. Default: 6s.")
  private Duration leaseDuration;

  @Option(
      names = "--renew-deadline",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "${env:ECS_OPERATOR_RENEW_DEADLINE:-4s}",
      description =
          "How long a leader that cannot renew the Lease continues to act; the rest of the lease"
              + " duration is for running calls. Default: 4s.")
  private Duration renewDeadline;

  @Option(
      names = "--retry-period",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "${env:ECS_OPERATOR_RETRY_PERIOD:-1s}",
      description =
          "How often the leader renews the Lease and other replicas try to get it. Default: 1s.")
  private Duration retryPeriod;

  @Option(
      names = "--poll-interval",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "${env:ECS_OPERATOR_POLL_INTERVAL:-5s}",
      description = "How often to read changes in progress in ECS, such as a rollout. Default: 5s.")
  private Duration pollInterval;

  @Option(
      names = "--resync-interval",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "${env:ECS_OPERATOR_RESYNC_INTERVAL:-60s}",
      description =
          "Period in which everything in ECS is read again; drift is detected within it. Default:"
              + " 60s.")
  private Duration resyncInterval;

  @Option(
      names = "--refused-interval",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "${env:ECS_OPERATOR_REFUSED_INTERVAL:-10m}",
      description =
          "When to retry a refused call, unless a change triggers it earlier. Default: 10m.")
  private Duration refusedInterval;

  @Option(
      names = "--max-backoff",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "${env:ECS_OPERATOR_MAX_BACKOFF:-1m}",
      description = "Longest pause between retries of a transient failure. Default: 1m.")
  private Duration maxBackoff;

  @Option(
      names = "--reference-delay",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "${env:ECS_OPERATOR_REFERENCE_DELAY:-2s}",
      description =
          "How long a changed object waits for changes of the objects that it refers to, if none of"
              + " them has changed with it. Default: 2s.")
  private Duration referenceDelay;

  @Option(
      names = "--batch-window",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "${env:ECS_OPERATOR_BATCH_WINDOW:-30ms}",
      description = "How long a describe call waits for others to be sent with it. Default: 30ms.")
  private Duration batchWindow;

  @Option(
      names = "--grace-period",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "${env:ECS_OPERATOR_GRACE_PERIOD:-60s}",
      description =
          "How long the response to a write takes precedence over reads that do not show it yet."
              + " Default: 60s.")
  private Duration gracePeriod;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "${env:ECS_OPERATOR_THREADS:-32}",
      description =
          "Objects reconciled at the same time, not counting those that wait for AWS. Default: 32.")
  private int threads;

  @Option(
      names = "--quotas",
      arity = "1",
      paramLabel = "true|false",
      defaultValue = "${env:ECS_OPERATOR_QUOTAS:-true}",
      description =
          "Keep calls within AWS's request quotas; false only for an endpoint without quotas."
              + " Default: true.")
  private boolean quotas;

  @Option(
      names = "--quota-share",
      paramLabel = "PERCENT",
      defaultValue = "${env:ECS_OPERATOR_QUOTA_SHARE:-80}",
      description =
          "Percent of AWS's published request quotas to use, 1 to 100. All clients in the account"
              + " and region share the quotas. Default: 80.")
  private int quotaShare;

  @Option(
      names = "--quota",
      split = ",",
      paramLabel = "CATEGORY=BURST/REFILL",
      converter = {QuotaCategories.class, QuotaValues.class},
      defaultValue = "${env:ECS_OPERATOR_QUOTA}",
      description =
          "Quota of a category instead of the share, as calls at once and calls per second, for"
              + " example service-modify=100/10; repeatable, or separated by commas. Categories:"
              + " ${COMPLETION-CANDIDATES}.",
      completionCandidates = QuotaCategories.class)
  private @Nullable Map<QuotaCategory, Quota> quota = Map.of();

  @Option(
      names = "--events-queue",
      paramLabel = "URL",
      defaultValue = "${env:ECS_OPERATOR_EVENTS_QUEUE}",
      description =
          "URL of an SQS queue with ECS's events, which show changes in ECS at once instead of within"
              + " the resync interval. Default: none.")
  private @Nullable String eventsQueue;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "${env:ECS_OPERATOR_HOST:-0.0.0.0}",
      description = "Address of the servers of metrics, health and queries. Default: 0.0.0.0.")
  private String host;

  @Option(
      names = "--metrics-port",
      paramLabel = "PORT",
      defaultValue = "${env:ECS_OPERATOR_METRICS_PORT:-8080}",
      description = "Port of /metrics; 0 for any free port. Default: 8080.")
  private int metricsPort;

  @Option(
      names = "--health-port",
      paramLabel = "PORT",
      defaultValue = "${env:ECS_OPERATOR_HEALTH_PORT:-8081}",
      description = "Port of /livez and /readyz; 0 for any free port. Default: 8081.")
  private int healthPort;

  @Option(
      names = "--query-port",
      paramLabel = "PORT",
      defaultValue = "${env:ECS_OPERATOR_QUERY_PORT}",
      description =
          "Port of the query API, which shows what runs in ECS to users of Kubernetes; 0 for any free"
              + " port. Default: none, the query API is off.")
  private @Nullable String queryPort;

  @Option(
      names = "--query-all-clusters",
      arity = "1",
      paramLabel = "true|false",
      defaultValue = "${env:ECS_OPERATOR_QUERY_ALL_CLUSTERS:-false}",
      description =
          "Whether the query API has all clusters of the account and region, or only those that"
              + " objects use. Default: false.")
  private boolean queryAllClusters;

  @Option(
      names = "--log-format",
      paramLabel = "text|json",
      defaultValue = "${env:ECS_OPERATOR_LOG_FORMAT:-text}",
      description = "Format of log lines: text or json. Default: text.")
  private LogFormat logFormat;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      defaultValue = "${env:ECS_OPERATOR_LOG_LEVEL:-info}",
      description = "Log level: error, warn, info or debug. Default: info.")
  private Level logLevel;

  public LogFormat logFormat() {
    return logFormat;
  }

  public Level logLevel() {
    return logLevel;
  }

  /**
   * Returns the validated settings.
   *
   * @throws IllegalArgumentException if a value is not allowed; the message names the option
   */
  public OperatorConfig config() {
    return new OperatorConfig(
        names(namespaces),
        new OwnershipSettings(
            Optional.ofNullable(ownerId).filter(id -> !id.isBlank()), adoption(), defaultDeletion),
        lease(),
        new Intervals(pollInterval, resyncInterval, refusedInterval, maxBackoff, referenceDelay),
        new ReadSettings(batchWindow, gracePeriod, eventsQueue()),
        threads,
        new QuotaSettings(quotas, quotaShare, quota == null ? Map.of() : quota),
        new ServerSettings(host, metricsPort, healthPort, query()));
  }

  private AdoptionSettings adoption() {
    return Optional.ofNullable(adoptUntagged)
        .filter(text -> !text.isBlank())
        .map(AdoptionSettings::of)
        .orElseGet(() -> AdoptionSettings.of(names(namespaces).isEmpty() ? "off" : "on"))
        .withFormerOwners(Set.copyOf(names(formerOwnerIds)));
  }

  private Optional<URI> eventsQueue() {
    return Optional.ofNullable(eventsQueue)
        .filter(text -> !text.isBlank())
        .map(
            text -> {
              if (!text.matches("https?://[^/]+/[0-9]{12}/[A-Za-z0-9_.-]+")) {
                throw new IllegalArgumentException(
                    "--events-queue takes the URL of a queue, as SQS names it, such as"
                        + " https://sqs.eu-west-1.amazonaws.com/123456789012/ecs-events: "
                        + text);
              }
              return URI.create(text);
            });
  }

  private Optional<QuerySettings> query() {
    return Optional.ofNullable(queryPort)
        .filter(text -> !text.isBlank())
        .map(
            text -> {
              if (!text.matches("[0-9]{1,5}")) {
                throw new IllegalArgumentException("--query-port takes a port: " + text);
              }
              return new QuerySettings(Integer.parseInt(text), queryAllClusters);
            });
  }

  private static List<String> names(@Nullable List<String> option) {
    return option == null
        ? List.of()
        : option.stream().map(String::trim).filter(name -> !name.isEmpty()).toList();
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

  /** The value of each option, set or by default, for the log; none of them is a secret. */
  public static Map<String, String> settings(CommandSpec command) {
    Map<String, String> settings = new TreeMap<>();
    command.options().stream()
        .filter(option -> !option.usageHelp() && !option.versionHelp())
        .forEach(
            option ->
                settings.put(
                    option.longestName().substring(2), Objects.toString(option.getValue(), "")));
    return settings;
  }
}

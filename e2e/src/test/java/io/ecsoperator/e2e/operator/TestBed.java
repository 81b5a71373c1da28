package io.ecsoperator.e2e.operator;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.controlplane.ControlPlane;
import io.ecsoperator.controlplane.Kubectl;
import io.ecsoperator.controlplane.junit.Await;
import io.ecsoperator.controlplane.junit.TestNamespace;
import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.ResourceTypes;
import io.ecsoperator.e2e.chart.OperatorAccount;
import io.ecsoperator.e2e.gitops.Readiness;
import io.ecsoperator.e2e.iam.IamPolicies;
import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.localecs.LocalEcsOptions;
import io.ecsoperator.localecs.calls.Call;
import io.ecsoperator.localecs.world.WorldClock;
import io.ecsoperator.operator.KubernetesClients;
import io.ecsoperator.operator.aws.quota.QuotaSettings;
import io.ecsoperator.operator.config.AdoptionSettings;
import io.ecsoperator.operator.config.Intervals;
import io.ecsoperator.operator.config.LeaseSettings;
import io.ecsoperator.operator.config.OperatorConfig;
import io.ecsoperator.operator.config.OwnershipSettings;
import io.ecsoperator.operator.config.OwnershipSettings.DefaultDeletion;
import io.ecsoperator.operator.config.QuerySettings;
import io.ecsoperator.operator.config.ReadSettings;
import io.ecsoperator.operator.config.ServerSettings;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * A namespace, an own local-ecs in which time passes {@value #SPEED} times as fast, and an operator
 * for both, which has the rights of the chart and no others. The calls to ECS are in the call log
 * of local-ecs.
 */
final class TestBed implements AutoCloseable {
  static final String REGION = "us-east-1";

  /** The start of this operator's owner tags. */
  static final String OWNER = "test-bed";

  /** The name of the Lease of the replicas, in the namespace of the test. */
  static final String LEASE = "ecs-operator";

  static final String FINALIZER = "ecs-operator.io/finalizer";

  /** The access key of the client {@link #aws()}. */
  private static final String EVENTS = "ecs-events";

  private static final Optional<String> TEST = Optional.of("local");

  private static final KubernetesSerialization JSON = new KubernetesSerialization();

  private static final int SPEED = 600;
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration RESYNC = Duration.ofMillis(300);

  /** Longer than any test. */
  private static final Duration NEVER = Duration.ofHours(1);

  private final ControlPlane controlPlane;
  private final Kubectl kubectl;
  private final ManifestClient manifests;
  private final TestNamespace namespace;
  private final OperatorAccount account;
  private final LocalEcs ecs;
  private final EcsClient aws;
  private final WriteLog kubernetesWrites = new WriteLog();
  private final KubernetesClient operatorClient;
  private final ShiftedClock clock = new ShiftedClock();
  private final AtomicInteger requests = new AtomicInteger();
  private Duration gracePeriod = Duration.ofSeconds(1);
  private Optional<URI> eventsQueue = Optional.empty();
  private Optional<QuerySettings> query = Optional.empty();
  private Optional<RunningOperator> operator = Optional.empty();
  private final List<OperatorReplica> replicas = new ArrayList<>();

  /** Short, because only a test of it changes objects that refer to each other in one apply. */
  private Duration referenceDelay = Duration.ofMillis(100);

  private DefaultDeletion defaultDeletion = DefaultDeletion.DELETE;

  private TestBed(ControlPlane controlPlane, TestNamespace namespace, OperatorAccount account) {
    this.controlPlane = controlPlane;
    this.kubectl = controlPlane.kubectl();
    this.manifests = new ManifestClient(namespace.client());
    this.namespace = namespace;
    this.account = account;
    this.operatorClient = operatorClient(toApiServer(), kubernetesWrites);
    this.ecs = LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.scaled(SPEED)));
    this.aws = ecs.client();
  }

  static TestBed start(
      ControlPlane controlPlane, TestNamespace namespace, OperatorAccount account) {
    TestBed bed = new TestBed(controlPlane, namespace, account);
    bed.startOperator(REGION);
    return bed;
  }

  private Config toApiServer() {
    Config config = Config.fromKubeconfig(controlPlane.kubeconfig().toFile());
    config.setUserAgent("ecs-operator");
    // Not the admin of the kubeconfig.
    config.setAutoOAuthToken(null);
    config.setOauthTokenProvider(account::token);
    return config;
  }

  /** A kubeconfig for an operator in a process of its own, with the operator's rights. */
  Path operatorKubeconfig() {
    Config config = toApiServer();
    String text =
        """
        apiVersion: v1
        kind: Config
        current-context: operator
        contexts: [{name: operator, context: {cluster: tests, user: operator}}]
        clusters: [{name: tests, cluster: {server: %s, certificate-authority-data: %s}}]
        users: [{name: operator, user: {token: %s}}]
        """
            .formatted(config.getMasterUrl(), config.getCaCertData(), account.token());
    try {
      return Files.writeString(controlPlane.directory().resolve(namespace()), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A client that is configured like the operator's own. */
  static KubernetesClient operatorClient(Config config, WriteLog writes) {
    return KubernetesClients.of(config)
        .withHttpClientBuilderConsumer(client -> client.addOrReplaceInterceptor("writes", writes))
        .build();
  }

  String namespace() {
    return namespace.name();
  }

  KubernetesClient kubernetes() {
    return namespace.client();
  }

  /** The operator's service account. */
  OperatorAccount account() {
    return account;
  }

  /** The operator's client, with the operator's rights. */
  KubernetesClient operatorClient() {
    return operatorClient;
  }

  LocalEcs ecs() {
    return ecs;
  }

  /** A client of the same ECS that is not the operator's. The call log has its calls too. */
  EcsClient aws() {
    return aws;
  }

  /** The operator's clock. */
  ShiftedClock clock() {
    return clock;
  }

  /** The owner tag of an object of this namespace. */
  String ownerTag(ObjectRef<?> object) {
    return String.join("/", OWNER, namespace(), object.type().getSimpleName(), object.name());
  }

  /** Starts the operator with {@code region} as {@code AWS_REGION}. */
  void startOperator(String region) {
    startOperator(region, RESYNC, QuotaSettings.off());
  }

  /** Restarts the operator so that only changes, not timers, trigger reconciles. */
  void restartWithoutResync() {
    stopOperator();
    startOperator(REGION, NEVER, QuotaSettings.off());
  }

  /** Restarts the operator so that the answer to a write outweighs older reads for an hour. */
  void restartWithLongGracePeriod() {
    stopOperator();
    gracePeriod = NEVER;
    startOperator(REGION);
  }

  /** Restarts the operator with quotas, so that its calls wait in a queue. */
  void restartWithQuotas(QuotaSettings quotas) {
    stopOperator();
    startOperator(REGION, RESYNC, quotas);
  }

  /** Restarts the operator with the query API. */
  void restartWithQueries() {
    stopOperator();
    query = Optional.of(new QuerySettings(0, true));
    startOperator(REGION);
  }

  /** The base URL of the query API. */
  URI queries() {
    return URI.create(
        "http://127.0.0.1:" + operator.orElseThrow().operator().queryPort().orElseThrow());
  }

  /** Restarts the operator with quotas, a queue of ECS's events and the query API. */
  void restartWithAllParts(QuotaSettings quotas) {
    stopOperator();
    query = Optional.of(new QuerySettings(0, true));
    ecs.sendEventsTo(EVENTS);
    try (SqsClient queues = ecs.sqsClient()) {
      eventsQueue =
          Optional.of(URI.create(queues.getQueueUrl(get -> get.queueName(EVENTS)).queueUrl()));
    }
    startOperator(REGION, RESYNC, quotas);
  }

  /** Restarts the operator with the default delay for changes of referred objects. */
  void restartWithReferenceDelay() {
    stopOperator();
    referenceDelay = Duration.ofSeconds(2);
    startOperator(REGION, RESYNC, QuotaSettings.off());
  }

  /** Restarts the operator so that it retains the ECS resources of objects by default. */
  void restartRetaining() {
    stopOperator();
    defaultDeletion = DefaultDeletion.RETAIN;
    startOperator(REGION);
  }

  private void startOperator(String region, Duration resync, QuotaSettings quotas) {
    operator =
        Optional.of(
            RunningOperator.start(
                config(resync, Optional.empty(), quotas),
                operatorClient,
                ecs,
                "operator",
                Region.of(region),
                clock));
  }

  /** Restarts the operator behind a connection to the API server that the test can cut. */
  OperatorReplica restartBehindLink() {
    stopOperator();
    OperatorReplica replica =
        new OperatorReplica(
            "linked", config(NEVER, Optional.empty(), QuotaSettings.off()), toApiServer(), ecs);
    replicas.add(replica);
    return replica;
  }

  /** Starts another replica, which takes part in leader election. */
  OperatorReplica startReplica(String name) {
    OperatorReplica replica =
        new OperatorReplica(
            name,
            config(RESYNC, Optional.of(leaseSettings()), QuotaSettings.off()),
            toApiServer(),
            ecs);
    replicas.add(replica);
    return replica;
  }

  private LeaseSettings leaseSettings() {
    return new LeaseSettings(
        Optional.of(namespace()),
        LEASE,
        Duration.ofSeconds(6),
        Duration.ofSeconds(4),
        Duration.ofSeconds(1));
  }

  /** The holder of the Lease of the replicas. */
  Optional<String> leaseHolder() {
    return Optional.ofNullable(kubernetes().leases().inNamespace(namespace()).withName(LEASE).get())
        .map(lease -> lease.getSpec().getHolderIdentity());
  }

  private OperatorConfig config(
      Duration resync, Optional<LeaseSettings> lease, QuotaSettings quotas) {
    return new OperatorConfig(
        List.of(namespace()),
        new OwnershipSettings(Optional.of(OWNER), AdoptionSettings.ALL_UNTAGGED, defaultDeletion),
        lease,
        // A refused call is retried after a change only.
        new Intervals(POLL, resync, NEVER, Duration.ofSeconds(1), referenceDelay),
        new ReadSettings(Duration.ofMillis(5), gracePeriod, eventsQueue),
        8,
        quotas,
        new ServerSettings("127.0.0.1", 0, 0, query));
  }

  /** The metrics page of the operator. */
  String metrics() {
    URI page =
        URI.create(
            "http://127.0.0.1:" + operator.orElseThrow().operator().metricsPort() + "/metrics");
    try (InputStream scrape = page.toURL().openStream()) {
      return new String(scrape.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void stopOperator() {
    operator.ifPresent(RunningOperator::close);
    operator = Optional.empty();
  }

  /** Runs kubectl in the namespace. */
  String kubectl(String... arguments) {
    return kubectl.run(inNamespace(arguments)).orThrow();
  }

  /** Applies manifests with server-side apply, like a GitOps tool. */
  void apply(String... manifests) {
    this.manifests.apply(Manifests.all(manifests));
  }

  /** Applies manifests by {@code kubectl apply} with {@code options}. */
  void applyWithKubectl(String manifests, String... options) {
    String[] arguments =
        Stream.concat(Stream.of("apply", "-f", "-"), Stream.of(options)).toArray(String[]::new);
    kubectl.runWithInput(manifests, inNamespace(arguments)).orThrow();
  }

  private String[] inNamespace(String... arguments) {
    return Stream.concat(Stream.of("-n", namespace()), Stream.of(arguments)).toArray(String[]::new);
  }

  /** Sets members of an object's spec, given as YAML. */
  void patchSpec(ObjectRef<?> object, String... members) {
    manifests.patchSpec(object, String.join("\n", members));
  }

  /** Requests a reconcile by annotation, and waits until the status shows that it was handled. */
  void reconcile(ObjectRef<?> object) {
    String request = "request-" + requests.incrementAndGet();
    annotate(object, "ecs-operator.io/reconcile-requested-at=" + request);
    awaitObject(
        object,
        "reconciled",
        found -> request.equals(found.getStatus().common().lastHandledReconcileAt()));
  }

  void annotate(ObjectRef<?> object, String annotation) {
    manifests.annotate(object, annotation);
  }

  /** Deletes an object without waiting for the end of the deletion. */
  void delete(ObjectRef<?> object) {
    manifests.delete(object);
  }

  <R extends EcsResource<?>> Optional<R> find(ObjectRef<R> object) {
    return Optional.ofNullable(
        kubernetes()
            .resources(object.type())
            .inNamespace(namespace())
            .withName(object.name())
            .get());
  }

  <R extends EcsResource<?>> R get(ObjectRef<R> object) {
    return find(object).orElseThrow(() -> new AssertionError(object + " does not exist"));
  }

  /** All objects of all kinds in the namespace. */
  List<EcsResource<?>> objects() {
    List<EcsResource<?>> all = new ArrayList<>();
    ResourceTypes.all()
        .forEach(
            kind ->
                all.addAll(
                    kubernetes().resources(kind).inNamespace(namespace()).list().getItems()));
    return all;
  }

  /** A condition of the current generation. */
  Optional<Condition> condition(ObjectRef<?> object, String type) {
    return find(object).flatMap(found -> Conditions.condition(found, type));
  }

  /** The message of a condition that must be True. */
  String message(ObjectRef<?> object, String type) {
    return condition(object, type)
        .filter(found -> found.status().equals("True"))
        .orElseThrow(() -> new AssertionError(object + " is not " + type + ": " + state(object)))
        .message();
  }

  void awaitReady(ObjectRef<?>... objects) {
    for (ObjectRef<?> object : objects) {
      awaitObject(object, "Ready", found -> Conditions.isTrue(found, "Ready"));
    }
  }

  void awaitStalled(ObjectRef<?> object, String reason) {
    awaitTrue(object, "Stalled", reason);
  }

  void awaitReconciling(ObjectRef<?> object, String reason) {
    awaitTrue(object, "Reconciling", reason);
  }

  /** Waits until a condition is True with this reason. */
  void awaitTrue(ObjectRef<?> object, String type, String reason) {
    awaitObject(
        object,
        type + "/" + reason,
        found ->
            Conditions.condition(found, type)
                .filter(c -> c.status().equals("True") && c.reason().equals(reason))
                .isPresent());
  }

  <R extends EcsResource<?>> void awaitObject(
      ObjectRef<R> object, String what, Predicate<R> condition) {
    Set<String> checked = new HashSet<>();
    Await.until(
        () -> {
          Optional<R> found = find(object);
          found
              .filter(version -> checked.add(version.getMetadata().getResourceVersion()))
              .ifPresent(TestBed::requireAgreement);
          return found.filter(condition).isPresent();
        },
        () -> object + " is " + what + "; it is " + state(object));
  }

  /** No tool that waits takes an object for ready or failed while another one does not. */
  private static void requireAgreement(EcsResource<?> object) {
    JsonNode tree = JSON.convertValue(object, JsonNode.class);
    if (!Readiness.of(tree).agrees()) {
      throw new AssertionError(Readiness.of(tree) + " for " + Serialization.asYaml(object));
    }
  }

  void awaitGone(ObjectRef<?> object) {
    Await.until(() -> find(object).isEmpty(), () -> object + " is deleted; it is " + state(object));
  }

  /** Waits until timers have made the operator read all resources of Ready objects twice. */
  void awaitResync() {
    List<EcsResource<?>> ready = objects();
    ready.removeIf(object -> !Conditions.isTrue(object, "Ready"));
    for (int i = 0; i < 2; i++) {
      long before = ecs.calls().lastSequence();
      List<String> reads = readsOf(ready);
      Await.until(
          () ->
              ecs.calls().after(before).stream()
                  .map(Call::operation)
                  .collect(Collectors.toSet())
                  .containsAll(reads),
          () -> reads + " were called again");
    }
  }

  /**
   * Waits until the resources of all Ready objects were read twice without a write to ECS or to
   * Kubernetes: the status of a Ready object may still change, such as the counts of a cluster.
   */
  void awaitQuiet() {
    Await.until(
        "no more writes",
        () -> {
          long before = ecs.calls().lastSequence();
          List<String> versions = versions();
          awaitResync();
          return writesSince(before).isEmpty() && versions().equals(versions);
        });
  }

  /** The read operations of each resync; finished tasks and revisions are not read each time. */
  private static List<String> readsOf(List<EcsResource<?>> objects) {
    return objects.stream()
        .map(EcsResource::getKind)
        .distinct()
        .flatMap(
            kind ->
                switch (kind) {
                  case "EcsCluster" -> Stream.of("DescribeClusters");
                  case "EcsService" -> Stream.of("DescribeServices");
                  default -> Stream.empty();
                })
        .toList();
  }

  /** The write calls to ECS since {@code sequence}, failed ones included. */
  List<Call> writesSince(long sequence) {
    return callsSince(sequence).stream().filter(Call::isWrite).toList();
  }

  List<Call> callsSince(long sequence) {
    return ecs.calls().after(sequence);
  }

  /** The operator's writes to Kubernetes so far, failed ones included. */
  List<String> kubernetesWrites() {
    return kubernetesWrites.writes();
  }

  /** Status, generation and version of all objects, which must stay equal without changes. */
  List<String> versions() {
    return objects().stream()
        .map(
            object ->
                String.join(
                    " ",
                    object.getKind(),
                    object.getMetadata().getName(),
                    object.getMetadata().getGeneration().toString(),
                    object.getMetadata().getResourceVersion(),
                    Serialization.asJson(object.getStatus())))
        .toList();
  }

  private String state(ObjectRef<?> object) {
    return find(object).map(Serialization::asYaml).orElse("missing")
        + "\nLast calls:\n"
        + ecs.calls().all().reversed().stream()
            .limit(20)
            .map(call -> call.toJson().toString())
            .collect(Collectors.joining("\n"));
  }

  /**
   * Removes finalizers too, which only a running operator would remove.
   *
   * @throws AssertionError if an operator made a call that no policy in {@code iam/policies} allows
   */
  @Override
  public void close() {
    stopOperator();
    replicas.forEach(OperatorReplica::close);
    operatorClient.close();
    aws.close();
    Set<String> denied = callsThatNoPolicyAllows();
    ecs.close();
    objects().stream()
        .filter(object -> object.hasFinalizer(FINALIZER))
        .forEach(
            object ->
                kubernetes()
                    .resource(object)
                    .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"finalizers\":null}}"));
    if (!denied.isEmpty()) {
      throw new AssertionError("No policy in iam/policies allows " + denied);
    }
  }

  private Set<String> callsThatNoPolicyAllows() {
    IamPolicies policies = IamPolicies.read();
    return ecs.calls().all().stream()
        .filter(call -> !call.caller().accessKey().equals(TEST))
        .filter(call -> !policies.allows(call.operation(), call.request()))
        .map(Call::operation)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}

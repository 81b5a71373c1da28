package io.ecsoperator.operator.aws.quota;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.localecs.LocalEcsOptions;
import io.ecsoperator.operator.FakeEcs;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.aws.SdkEcs;
import io.ecsoperator.sdkschema.quota.QuotaCategory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.EcsClientBuilder;

@Timeout(60)
class QuotaEcsTest {
  private static final ObjectKey OBJECT = new ObjectKey("EcsTaskDefinition", "shop", "web");
  private static final CallContext CHANGE = CallContext.of(Priority.CHANGE, OBJECT);

  private final VirtualTime time = new VirtualTime();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final FakeEcs inner = new FakeEcs().always(asked -> tree("{}"));

  @Test
  void aCallWithATokenIsSent() {
    QuotaEcs ecs = ecs(QuotaSettings.share(100));

    ecs.read("DescribeClusters", tree("{'clusters':['a']}"), CHANGE);
    ecs.write("RegisterTaskDefinition", tree("{'family':'f'}"), CHANGE);

    assertThat(inner.asked())
        .containsExactly(
            new FakeEcs.Asked("DescribeClusters", tree("{'clusters':['a']}")),
            new FakeEcs.Asked("RegisterTaskDefinition", tree("{'family':'f'}")));
  }

  @Test
  void eachCategoryHasItsOwnTokens() {
    QuotaEcs ecs = ecs(registrations(1, 0.01));
    register(ecs);

    assertThat(catchThrowableOfType(AwsFailure.class, () -> register(ecs))).isNotNull();
    ecs.write("DeleteService", tree("{}"), CHANGE);

    assertThat(inner.operations()).containsExactly("RegisterTaskDefinition", "DeleteService");
  }

  @Test
  void aCallThatHasToWaitLongIsNotSentAndNamesTheTimeOfTheRetry() {
    QuotaEcs ecs = ecs(registrations(1, 0.01));
    register(ecs);

    AwsFailure failure = catchThrowableOfType(AwsFailure.class, () -> register(ecs));

    assertThat(failure.code()).isEqualTo("QuotaWait");
    assertThat(failure.failureClass()).isEqualTo(FailureClass.THROTTLED);
    // One call per hundred seconds; the retry is due shortly before.
    assertThat(failure.deferredUntil()).contains(time.instant().plusSeconds(100 - 2));
    assertThat(inner.operations()).hasSize(1);
  }

  @Test
  void aResponseHasTheTimeThatItsCallWaited() throws Exception {
    QuotaEcs ecs = ecs(registrations(1, 1));
    register(ecs);
    CompletableFuture<Ecs.Response> response = new CompletableFuture<>();
    Thread waiting = Thread.ofVirtual().start(() -> response.complete(register(ecs)));
    awaitWaiting(waiting);

    time.pass(Duration.ofSeconds(1));

    assertThat(response.get().quotaWait()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aThrottledCallSlowsDownThoseAfterIt() {
    QuotaEcs ecs = ecs(QuotaSettings.share(100));
    inner.fails(
        AwsFailure.of(
            "RegisterTaskDefinition", FailureClass.THROTTLED, "ThrottlingException", "slower"));

    AwsFailure failure = catchThrowableOfType(AwsFailure.class, () -> register(ecs));

    assertThat(failure.code()).isEqualTo("ThrottlingException");
    assertThat(failure.deferredUntil()).isEmpty();
    assertThat(inner.operations()).as("it is not repeated").hasSize(1);
    assertThat(gauge("ecs.operator.quota.rate")).isEqualTo(0.5);
    assertThat(gauge("ecs.operator.quota.tokens")).isZero();
    assertThat(
            registry
                .get("ecs.operator.quota.throttled.calls")
                .tag("category", "task-definition-modify")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void aCallThatThrowsIsCountedAsAnswered() {
    QuotaEcs ecs = ecs(QuotaSettings.share(100));
    inner.fails(new IllegalArgumentException("no such operation"));

    assertThat(catchThrowableOfType(IllegalArgumentException.class, () -> register(ecs)))
        .isNotNull();

    time.advance(Duration.ofMillis(500));
    assertThat(gauge("ecs.operator.quota.tokens")).isEqualTo(19.5);
  }

  @Test
  void aWaitingCallEndsAtOnceWhenItsObjectHasChanged() throws Exception {
    QuotaEcs ecs = ecs(registrations(1, 1));
    register(ecs);
    CompletableFuture<AwsFailure> failure = new CompletableFuture<>();
    Thread waiting =
        Thread.ofVirtual()
            .start(
                () ->
                    failure.complete(catchThrowableOfType(AwsFailure.class, () -> register(ecs))));
    awaitWaiting(waiting);

    ecs.interrupt(OBJECT);

    assertThat(failure.get().deferredUntil()).contains(time.instant());
    assertThat(inner.operations()).hasSize(1);
  }

  @Test
  void aWaitingThreadThatIsInterruptedSendsNothing() throws Exception {
    QuotaEcs ecs = ecs(registrations(1, 1));
    register(ecs);
    CompletableFuture<AwsFailure> failure = new CompletableFuture<>();
    Thread waiting =
        Thread.ofVirtual()
            .start(
                () ->
                    failure.complete(catchThrowableOfType(AwsFailure.class, () -> register(ecs))));
    awaitWaiting(waiting);

    waiting.interrupt();

    assertThat(failure.get().code()).isEqualTo("Interrupted");
    time.pass(Duration.ofSeconds(1));
    assertThat(inner.operations()).hasSize(1);
    assertThat(gauge("ecs.operator.quota.tokens")).as("no token is lost to it").isEqualTo(1);
  }

  /** Over HTTP and in real time: 50 at once, then 20 a second. */
  @Test
  void aShareOf100PercentIsNotThrottledByAnEndpointThatEnforcesTheQuota() throws Exception {
    LocalEcsOptions options =
        LocalEcsOptions.defaults().withQuotas(true).withLatency(Duration.ofMillis(25));
    try (LocalEcs local = LocalEcs.start(options);
        SdkEcs sdk = SdkEcs.of(client(local), registry);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      // The first call loads classes, possibly for longer than a call counts as in flight.
      sdk.read("ListTaskDefinitions", tree("{}"), CHANGE);
      QuotaEcs ecs =
          new QuotaEcs(
              sdk,
              QuotaSettings.share(100),
              Clock.systemUTC(),
              (delay, task) ->
                  CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS, threads)
                      .execute(task),
              object -> {},
              registry);

      List<? extends Future<?>> calls =
          IntStream.range(0, 100)
              .mapToObj(
                  n ->
                      threads.submit(
                          () -> ecs.read("DescribeClusters", tree("{'clusters':['a']}"), CHANGE)))
              .toList();
      for (Future<?> call : calls) {
        call.get();
      }

      assertThat(
              registry
                  .get("ecs.operator.aws.call.duration")
                  .tags("operation", "DescribeClusters", "outcome", "success")
                  .timer()
                  .count())
          .isEqualTo(100);
      assertThat(
              registry.find("ecs.operator.aws.call.duration").tag("outcome", "throttled").timer())
          .isNull();
    }
  }

  private static EcsClientBuilder client(LocalEcs local) {
    return EcsClient.builder()
        .endpointOverride(local.url())
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret")));
  }

  private QuotaEcs ecs(QuotaSettings settings) {
    return new QuotaEcs(inner, settings, time, time::after, object -> {}, registry);
  }

  private static QuotaSettings registrations(int burst, double perSecond) {
    return new QuotaSettings(
        true, 100, Map.of(QuotaCategory.TASK_DEFINITION_MODIFY, new Quota(burst, perSecond)));
  }

  private static Ecs.Response register(QuotaEcs ecs) {
    return ecs.write("RegisterTaskDefinition", tree("{'family':'f'}"), CHANGE);
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  private double gauge(String name) {
    return registry.get(name).tag("category", "task-definition-modify").gauge().value();
  }
}

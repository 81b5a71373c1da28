package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.ObjectRef.cluster;
import static io.ecsoperator.e2e.operator.ObjectRef.taskDefinition;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.controlplane.junit.Await;
import io.ecsoperator.localecs.calls.Call;
import io.ecsoperator.operator.aws.quota.Quota;
import io.ecsoperator.operator.aws.quota.QuotaSettings;
import io.ecsoperator.sdkschema.quota.QuotaCategory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Objects with calls that wait in the queue. */
@WithOperator
class QuotaTest {
  private static final String IMAGE = "example.com/app:1";

  private TestBed bed;

  @BeforeEach
  void bed(TestBed bed) {
    this.bed = bed;
  }

  @Test
  void queuedCallsDoNotBlockOtherObjects() {
    // More than the operator reconciles concurrently; their calls would take many minutes.
    allowRegistrations(new Quota(1, 0.2));
    String[] many =
        IntStream.range(0, 90)
            .mapToObj(n -> Manifests.taskDefinition("app-" + n, IMAGE))
            .toArray(String[]::new);
    bed.apply(many);
    Await.until(
        () -> bed.objects().stream().filter(o -> Conditions.isTrue(o, "Reconciling")).count() > 60,
        () -> "most objects wait");

    bed.apply(Manifests.cluster("demo"));
    bed.awaitReady(cluster("demo"));
    bed.delete(cluster("demo"));
    bed.awaitGone(cluster("demo"));

    assertThat(registrations()).hasSizeLessThan(many.length);
    assertThat(calls("DescribeTaskDefinition"))
        .as("there are no reads for registrations that were not sent")
        .hasSizeLessThan(10);
    bed.kubectl("delete", "ecstd", "--all", "--wait=false");
    // Revisions that were registered are deregistered, at the same rate.
    Await.within(
        Duration.ofMinutes(5), () -> bed.objects().isEmpty(), () -> "all objects are deleted");
    assertThat(registrations())
        .as("objects that are being deleted are not registered")
        .hasSizeLessThan(many.length);
  }

  @Test
  void aQueuedCallThatIsOutOfDateIsNotSent() {
    // The next call is allowed after nine seconds.
    allowRegistrations(new Quota(1, 0.11));
    bed.apply(Manifests.taskDefinition("first", IMAGE));
    bed.awaitReady(taskDefinition("first"));
    bed.apply(Manifests.taskDefinition("app", IMAGE));
    bed.awaitObject(
        taskDefinition("app"),
        "about to be registered",
        found -> found.hasFinalizer(TestBed.FINALIZER));

    bed.apply(Manifests.taskDefinition("app", "example.com/app:2"));
    bed.awaitReady(taskDefinition("app"));

    assertThat(
            registrations().stream()
                .filter(call -> call.request().path("family").asText().equals("app")))
        .singleElement()
        .extracting(call -> call.request().at("/containerDefinitions/0/image").asText())
        .isEqualTo("example.com/app:2");
  }

  private void allowRegistrations(Quota quota) {
    bed.restartWithQuotas(
        new QuotaSettings(true, 100, Map.of(QuotaCategory.TASK_DEFINITION_MODIFY, quota)));
  }

  private List<Call> registrations() {
    return calls("RegisterTaskDefinition");
  }

  private List<Call> calls(String operation) {
    return bed.callsSince(0).stream().filter(call -> call.operation().equals(operation)).toList();
  }
}

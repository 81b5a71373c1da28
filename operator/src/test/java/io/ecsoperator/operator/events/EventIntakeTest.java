package io.ecsoperator.operator.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.AwsLocation;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.aws.MessageQueue;
import io.ecsoperator.operator.cache.ChangeHints;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the messages of a queue. The events are in the form that AWS documents. */
class EventIntakeTest {
  private static final String TASK = "arn:aws:ecs:us-east-1:123456789012:task/main/0a1b2c3d";
  private static final String SERVICE = "arn:aws:ecs:us-east-1:123456789012:service/main/web";

  private final VirtualTime time = new VirtualTime();
  private final Queue queue = new Queue();
  private final Hints hints = new Hints();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final EventIntake intake =
      new EventIntake(
          queue,
          hints,
          () -> Optional.of(new AwsLocation("aws", "123456789012", "us-east-1")),
          time,
          time::after,
          metrics);

  @Test
  void aTaskEventHintsAtTheTaskWithItsVersionAndIsDeleted() {
    queue.add(event("ECS Task State Change", "{'taskArn':'%s','version':7}".formatted(TASK)));

    lead();

    assertThat(hints.given).containsExactly(TASK + " 7");
    assertThat(queue.left()).isEmpty();
    assertThat(metrics.counter("ecs.operator.events", "type", "task").count()).isOne();
  }

  @Test
  void eventsOfServicesAndDeploymentsHintAtTheResourcesOfTheEnvelope() {
    queue.add(event("ECS Service Action", "{'eventName':'SERVICE_STEADY_STATE'}"));
    queue.add(event("ECS Deployment State Change", "{'deploymentId':'ecs-svc/1'}"));

    lead();

    assertThat(hints.given).containsExactly(SERVICE + " 0", SERVICE + " 0");
    assertThat(queue.left()).isEmpty();
  }

  @Test
  void aCallOfAnotherClientIsAHintAndARefusedOneIsNone() {
    queue.add(
        event(
            "AWS API Call via CloudTrail",
            "{'eventName':'UpdateService','requestParameters':{'service':'web','cluster':'main'}}"));
    queue.add(
        event(
            "AWS API Call via CloudTrail",
            "{'eventName':'DeleteService','errorCode':'AccessDenied','requestParameters':{}}"));

    lead();

    assertThat(hints.given)
        .containsExactly("UpdateService {\"service\":\"web\",\"cluster\":\"main\"}");
    assertThat(queue.left()).isEmpty();
  }

  @Test
  void eventsOfAnotherAccountRegionSourceOrTypeAreDeletedWithoutAHint() {
    String task = event("ECS Task State Change", "{'taskArn':'%s','version':7}".formatted(TASK));
    queue.add(task.replace("\"account\":\"123456789012\"", "\"account\":\"210987654321\""));
    queue.add(task.replace("\"region\":\"us-east-1\"", "\"region\":\"eu-west-1\""));
    queue.add(task.replace("aws.ecs", "aws.ec2"));
    queue.add(event("ECS Something New", "{}"));

    lead();

    assertThat(hints.given).isEmpty();
    assertThat(queue.left()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no JSON",
        "[]",
        "{}",
        "null",
        "{\"detail-type\":\"ECS Task State Change\",\"detail\":[]}",
        "{\"detail-type\":\"ECS Task State Change\",\"detail\":{},\"time\":\"yesterday\"}",
        "{\"detail-type\":7,\"detail\":{},\"time\":\"2026-01-01T00:00:00Z\"}"
      })
  void whatIsNoEventIsCountedAndStaysForTheDeadLetterQueueWhileOthersGoOn(String body) {
    queue.add(body);
    queue.add(event("ECS Service Action", "{}"));

    lead();

    assertThat(hints.given).containsExactly(SERVICE + " 0");
    assertThat(queue.left()).containsExactly(body);
    assertThat(metrics.counter("ecs.operator.events", "type", "unreadable").count()).isOne();
  }

  @Test
  void anEventThatTheCacheCannotUseStaysToo() {
    hints.refusing = true;
    queue.add(event("ECS Service Action", "{}"));

    lead();

    assertThat(queue.left()).hasSize(1);
    assertThat(metrics.counter("ecs.operator.events", "type", "unreadable").count()).isOne();
  }

  @Test
  void anEventIsDeletedOnceItsHintHasHadItsEffectAndHiddenFromOthersUntilThen() {
    hints.effect = new CompletableFuture<>();
    queue.add(event("ECS Service Action", "{}"));

    lead();
    time.pass(Duration.ofMinutes(3));

    assertThat(queue.left()).hasSize(1);
    assertThat(queue.hidden).as("every half minute").isEqualTo(6);
    hints.effect.complete(null);
    time.pass(Duration.ofMillis(1));
    assertThat(queue.left()).isEmpty();
    time.pass(Duration.ofMinutes(3));
    assertThat(queue.hidden).isEqualTo(6);
  }

  @Test
  void aQueueThatIsAwayIsReportedAndReadAgainByItself() {
    queue.failing = true;

    lead();
    time.pass(Duration.ofMinutes(10));

    assertThat(intake.problem()).contains("no queue");
    assertThat(metrics.get("ecs.operator.events.queue.failing").gauge().value()).isOne();
    assertThat(queue.received).as("pauses of one minute at last").isBetween(10, 20);
    assertThat(queue.longestWait).as("to know at once when it is back").isZero();
    queue.failing = false;
    queue.add(event("ECS Service Action", "{}"));
    time.pass(Duration.ofMinutes(1));
    assertThat(intake.problem()).isEmpty();
    assertThat(queue.left()).isEmpty();
    assertThat(metrics.get("ecs.operator.events.queue.failing").gauge().value()).isZero();
  }

  @Test
  void aReplicaThatDoesNotLeadReceivesNothing() {
    queue.add(event("ECS Service Action", "{}"));
    time.pass(Duration.ofMinutes(1));
    assertThat(queue.received).isZero();

    lead();
    intake.stopped();
    time.pass(Duration.ofMinutes(1));
    int received = queue.received;
    queue.add(event("ECS Service Action", "{}"));
    time.pass(Duration.ofMinutes(10));

    assertThat(queue.received).isEqualTo(received);
    lead();
    assertThat(queue.left()).isEmpty();
  }

  @Test
  void manyMessagesAreReceivedSideBySideAndWaitForTheirEffects() {
    hints.effect = new CompletableFuture<>();
    IntStream.range(0, 2000).forEach(i -> queue.add(event("ECS Service Action", "{}")));

    lead();
    time.pass(Duration.ofSeconds(20));

    assertThat(hints.given).as("not many more than 500").hasSizeBetween(500, 600);
    hints.effect.complete(null);
    time.pass(Duration.ofSeconds(2));
    assertThat(queue.left()).isEmpty();
    assertThat(hints.given).hasSize(2000);
  }

  private void lead() {
    intake.started();
    time.pass(Duration.ofMillis(500));
  }

  private String event(String type, String detail) {
    return """
        {"version":"0","id":"1","detail-type":"%s","source":"aws.ecs","account":"123456789012",\
        "time":"%s","region":"us-east-1","resources":["%s"],"detail":%s}"""
        .formatted(type, time.instant(), SERVICE, detail.replace('\'', '"'));
  }

  /** Answers at once. */
  private static final class Queue implements MessageQueue {
    private final List<Message> visible = new ArrayList<>();
    private final List<Message> kept = new ArrayList<>();
    private boolean failing;
    private int received;
    private int hidden;
    private int sequence;

    /** The longest wait that was asked for after the first receipt. */
    private Duration longestWait = Duration.ZERO;

    private static Duration max(Duration one, Duration other) {
      return one.compareTo(other) > 0 ? one : other;
    }

    void add(String body) {
      Message message = new Message(body, String.valueOf(sequence++));
      visible.add(message);
      kept.add(message);
    }

    List<String> left() {
      return kept.stream().map(Message::body).toList();
    }

    @Override
    public List<Message> receive(Duration wait, Duration hiddenFor) {
      received++;
      longestWait = received == 1 ? Duration.ZERO : max(longestWait, wait);
      if (failing) {
        throw AwsFailure.of(
            "ReceiveMessage", FailureClass.BLOCKED, "QueueDoesNotExist", "no queue");
      }
      List<Message> some = List.copyOf(visible.subList(0, Math.min(MOST_AT_ONCE, visible.size())));
      visible.removeAll(some);
      return some;
    }

    @Override
    public void delete(List<Message> messages) {
      kept.removeAll(messages);
    }

    @Override
    public void hide(List<Message> messages, Duration hiddenFor) {
      hidden++;
    }
  }

  private static final class Hints implements ChangeHints {
    private final List<String> given = new ArrayList<>();
    private CompletableFuture<Void> effect = CompletableFuture.completedFuture(null);
    private boolean refusing;

    @Override
    public CompletableFuture<Void> changed(String arn, long version, ObjectNode detail) {
      if (refusing) {
        throw new IllegalArgumentException("no such resource");
      }
      given.add(arn + " " + version);
      return effect;
    }

    @Override
    public CompletableFuture<Void> called(String operation, ObjectNode request) {
      given.add(operation + " " + request);
      return effect;
    }
  }
}

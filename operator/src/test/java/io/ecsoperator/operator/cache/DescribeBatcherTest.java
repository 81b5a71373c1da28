package io.ecsoperator.operator.cache;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.FakeEcs;
import io.ecsoperator.operator.FakeEcs.Asked;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.cache.DescribeBatcher.Absence;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DescribeBatcherTest {
  private static final CallContext CONTEXT = CallContext.of(Priority.CHANGE);
  private static final Duration WINDOW = Duration.ofMillis(30);

  private final VirtualTime time = new VirtualTime();
  private final FakeEcs ecs = new FakeEcs();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final DescribeBatcher batcher =
      new DescribeBatcher(
          ecs, new LogicalClock(time), time::after, time.executor(), WINDOW, metrics);

  @Test
  void callersWithinTheWindowShareOneCall() {
    ecs.always(DescribeBatcherTest::everythingExists);

    CompletableFuture<DescribeBatcher.Result> a = service("a");
    time.advance(WINDOW.minusMillis(1));
    CompletableFuture<DescribeBatcher.Result> b = service("b");
    assertThat(ecs.asked()).isEmpty();
    time.advance(Duration.ofMillis(1));

    assertThat(ecs.asked())
        .containsExactly(
            new Asked(
                "DescribeServices",
                tree("{'services':['a','b'],'cluster':'c','include':['TAGS']}")));
    assertThat(found(a)).isEqualTo(tree("{'serviceName':'a','serviceArn':'arn:a'}"));
    assertThat(found(b)).isEqualTo(tree("{'serviceName':'b','serviceArn':'arn:b'}"));
    assertThat(metrics.get("ecs.operator.describe.batch.size").summary().max()).isEqualTo(2);
    assertThat(
            metrics
                .get("ecs.operator.describe.batch.wait")
                .timer()
                .totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(WINDOW.toMillis());
  }

  @Test
  void callersForTheSameResourceAskOnce() {
    ecs.always(DescribeBatcherTest::everythingExists);

    CompletableFuture<DescribeBatcher.Result> one = service("a");
    CompletableFuture<DescribeBatcher.Result> other = service("a");
    time.advance(WINDOW);

    assertThat(ecs.asked()).hasSize(1);
    assertThat(found(one)).isSameAs(found(other));
  }

  @ParameterizedTest
  @CsvSource({"cluster, 100", "service, 10", "task, 100"})
  void aFullBatchDoesNotWait(String resource, int limit) {
    ecs.always(DescribeBatcherTest::everythingExists);

    List<CompletableFuture<DescribeBatcher.Result>> all =
        IntStream.range(0, limit + 1).mapToObj(n -> ask(Keys.key(resource, "x" + n))).toList();

    assertThat(ecs.asked()).hasSize(1);
    assertThat(all.subList(0, limit)).allMatch(CompletableFuture::isDone);
    assertThat(all.getLast()).isNotDone();
    time.advance(WINDOW);
    assertThat(ecs.asked()).hasSize(2);
    assertThat(all.getLast()).isDone();
  }

  @Test
  void aResourceThatCannotBeBatchedDoesNotWait() {
    ecs.answers("{'taskDefinition':{'family':'f'},'tags':[{'key':'a','value':'b'}]}");

    CompletableFuture<DescribeBatcher.Result> revision = ask(Keys.taskDefinition("f:1"));

    assertThat(found(revision)).isEqualTo(tree("{'family':'f','tags':[{'key':'a','value':'b'}]}"));
    assertThat(ecs.asked())
        .containsExactly(
            new Asked(
                "DescribeTaskDefinition", tree("{'taskDefinition':'f:1','include':['TAGS']}")));
  }

  @Test
  void clustersAreNotMixed() {
    ecs.always(DescribeBatcherTest::everythingExists);

    ask(Keys.service("c", "a"));
    ask(Keys.service("d", "a"));
    time.advance(WINDOW);

    assertThat(ecs.asked())
        .extracting(asked -> asked.request().path("cluster").asText())
        .containsExactlyInAnyOrder("c", "d");
  }

  @Test
  void noCallerJoinsACallThatHasStarted() {
    ecs.always(DescribeBatcherTest::everythingExists);
    time.hold();

    CompletableFuture<DescribeBatcher.Result> early = service("a");
    time.advance(WINDOW);
    CompletableFuture<DescribeBatcher.Result> late = service("a");
    time.releaseOne();

    assertThat(early).isDone();
    assertThat(late).isNotDone();
    time.advance(WINDOW);
    time.release();
    assertThat(late).isDone();
    assertThat(ecs.asked()).hasSize(2);
  }

  @Test
  void aCallerJoinsACallUnderWayThatIsRecentEnough() {
    ecs.always(DescribeBatcherTest::everythingExists);
    time.hold();

    CompletableFuture<DescribeBatcher.Result> early = service("a");
    time.advance(WINDOW);
    CompletableFuture<DescribeBatcher.Result> late =
        batcher.describe(Keys.service("c", "a"), CONTEXT, Absence.DESCRIBED_ALONE, started -> true);
    time.release();

    assertThat(late).isSameAs(early).isDone();
    assertThat(ecs.asked()).hasSize(1);
  }

  @Test
  void aResourceThatABatchDoesNotDescribeIsDescribedAloneBeforeItCountsAsGone() {
    ecs.always(asked -> existing(asked, "a"::equals));

    CompletableFuture<DescribeBatcher.Result> a = service("a");
    CompletableFuture<DescribeBatcher.Result> gone = service("gone");
    time.advance(WINDOW);

    assertThat(asked("services")).containsExactly(List.of("a", "gone"), List.of("gone"));
    assertThat(a.join()).isInstanceOf(DescribeBatcher.Result.Found.class);
    assertThat(gone.join()).isInstanceOf(DescribeBatcher.Result.Missing.class);
  }

  @Test
  void aNewResourceThatABatchReportsAsMissingIsNotDescribedAlone() {
    ecs.always(asked -> existing(asked, "a"::equals));

    CompletableFuture<DescribeBatcher.Result> a = service("a");
    CompletableFuture<DescribeBatcher.Result> fresh = askForNew("new");
    time.advance(WINDOW);

    assertThat(asked("services")).containsExactly(List.of("a", "new"));
    assertThat(a.join()).isInstanceOf(DescribeBatcher.Result.Found.class);
    assertThat(fresh.join()).isInstanceOf(DescribeBatcher.Result.Missing.class);
  }

  @Test
  void anAnswerThatMentionsNeitherTheServiceNorAFailureIsAFailedRead() {
    ecs.always(asked -> tree("{'services':[],'failures':[]}"));

    CompletableFuture<DescribeBatcher.Result> a = service("a");
    time.advance(WINDOW);

    assertThat(a.join()).isInstanceOf(DescribeBatcher.Result.Failed.class);
  }

  @Test
  void anEmptyTaskDefinitionIsAFailedRead() {
    ecs.answers("{'taskDefinition':{},'tags':[]}");

    assertThat(ask(Keys.taskDefinition("f:1")).join())
        .isInstanceOf(DescribeBatcher.Result.Failed.class);
  }

  @Test
  void aNewResourceThatABatchDoesNotMentionIsDescribedAlone() {
    ecs.always(asked -> tree("{'services':[],'failures':[]}"));

    askForNew("a");
    askForNew("b");
    time.advance(WINDOW);

    assertThat(asked("services")).containsExactly(List.of("a", "b"), List.of("a"), List.of("b"));
  }

  @Test
  void aResourceThatIsNewToOneCallerIsDescribedAloneIfAnotherHasSeenIt() {
    ecs.always(asked -> existing(asked, "a"::equals));

    service("a");
    askForNew("gone");
    CompletableFuture<DescribeBatcher.Result> seen = service("gone");
    time.advance(WINDOW);

    assertThat(asked("services")).containsExactly(List.of("a", "gone"), List.of("gone"));
    assertThat(seen.join()).isInstanceOf(DescribeBatcher.Result.Missing.class);
  }

  @Test
  void aCallerThatHasSeenTheResourceDoesNotJoinACallForANewOne() {
    ecs.always(asked -> existing(asked, "a"::equals));
    time.hold();

    service("a");
    askForNew("gone");
    time.advance(WINDOW);
    CompletableFuture<DescribeBatcher.Result> seen =
        batcher.describe(
            Keys.service("c", "gone"), CONTEXT, Absence.DESCRIBED_ALONE, started -> true);
    time.releaseOne();

    assertThat(seen).isNotDone();
    time.advance(WINDOW);
    time.release();
    assertThat(seen.join()).isInstanceOf(DescribeBatcher.Result.Missing.class);
  }

  @Test
  void aResourceThatABatchOmitsIsPresentIfTheSingleCallDescribesIt() {
    ecs.answers("{'services':[{'serviceName':'a','serviceArn':'arn:a'}],'failures':[]}");
    ecs.answers("{'services':[{'serviceName':'b','serviceArn':'arn:b'}],'failures':[]}");

    service("a");
    CompletableFuture<DescribeBatcher.Result> b = service("b");
    time.advance(WINDOW);

    assertThat(found(b)).isEqualTo(tree("{'serviceName':'b','serviceArn':'arn:b'}"));
  }

  @Test
  void otherCallersOfTheBatchDoNotWaitForTheSingleCall() {
    ecs.always(asked -> existing(asked, "a"::equals));
    time.hold();

    CompletableFuture<DescribeBatcher.Result> a = service("a");
    CompletableFuture<DescribeBatcher.Result> gone = service("gone");
    time.advance(WINDOW);
    time.releaseOne();

    assertThat(a).isDone();
    assertThat(gone).isNotDone();
    time.release();
    assertThat(gone).isDone();
  }

  @Test
  void aResourceThatIsMissingFromASingleCallIsGoneAtOnce() {
    ecs.always(asked -> existing(asked, id -> false));

    CompletableFuture<DescribeBatcher.Result> gone = service("gone");
    time.advance(WINDOW);

    assertThat(ecs.asked()).hasSize(1);
    assertThat(gone.join()).isInstanceOf(DescribeBatcher.Result.Missing.class);
  }

  @Test
  void anAnswerWithoutAListDoesNotMakeAResourceGone() {
    ecs.answers("{}");

    CompletableFuture<DescribeBatcher.Result> a = service("a");
    time.advance(WINDOW);

    assertThat(a.join())
        .isInstanceOfSatisfying(
            DescribeBatcher.Result.Failed.class,
            failed -> assertThat(failed.why().failureClass()).isEqualTo(FailureClass.TRANSIENT));
  }

  @Test
  void aFailureOtherThanMissingDoesNotMakeAResourceGone() {
    ecs.answers("{'services':[],'failures':[{'arn':'arn:a','reason':'BUSY','detail':'later'}]}");

    CompletableFuture<DescribeBatcher.Result> a = service("a");
    time.advance(WINDOW);

    assertThat(a.join())
        .isInstanceOfSatisfying(
            DescribeBatcher.Result.Failed.class,
            failed -> {
              assertThat(failed.why().code()).isEqualTo("BUSY");
              assertThat(failed.why().message()).isEqualTo("Not described: later");
            });
  }

  @Test
  void oneBadIdDoesNotSpoilTheBatch() {
    ecs.always(
        asked -> {
          if (ids(asked, "services").contains("bad id")) {
            throw failure(FailureClass.BLOCKED, "InvalidParameterException");
          }
          return everythingExists(asked);
        });

    CompletableFuture<DescribeBatcher.Result> a = service("a");
    CompletableFuture<DescribeBatcher.Result> bad = service("bad id");
    CompletableFuture<DescribeBatcher.Result> b = service("b");
    time.advance(WINDOW);

    assertThat(a.join()).isInstanceOf(DescribeBatcher.Result.Found.class);
    assertThat(b.join()).isInstanceOf(DescribeBatcher.Result.Found.class);
    assertThat(bad.join()).isInstanceOf(DescribeBatcher.Result.Failed.class);
    assertThat(ecs.asked()).hasSize(4);
  }

  @Test
  void aResourceThatEcsRefusesAloneStaysOutOfBatchesUntilItWorks() {
    boolean[] broken = {true};
    ecs.always(
        asked -> {
          if (broken[0] && ids(asked, "services").contains("bad")) {
            throw failure(FailureClass.BLOCKED, "AccessDeniedException");
          }
          return everythingExists(asked);
        });
    service("bad");
    time.advance(WINDOW);

    service("a");
    service("bad");
    time.advance(WINDOW);
    assertThat(asked("services")).containsExactly(List.of("bad"), List.of("bad"), List.of("a"));

    broken[0] = false;
    service("bad");
    service("a");
    service("bad");
    time.advance(WINDOW);
    assertThat(asked("services").subList(3, 5))
        .containsExactly(List.of("bad"), List.of("a", "bad"));
  }

  @Test
  void whileIamDeniesADescribeOneCallIsSentInAWhile() {
    ecs.always(
        asked -> {
          throw failure(FailureClass.BLOCKED, "AccessDeniedException");
        });

    List<CompletableFuture<DescribeBatcher.Result>> all = services(200);

    assertThat(all).allMatch(DescribeBatcherTest::isDenied);
    assertThat(ecs.asked()).as("a batch and two single calls").hasSize(3);
    time.advance(RefusedDescribes.BETWEEN_PROBES);
    assertThat(services(200)).allMatch(DescribeBatcherTest::isDenied);
    assertThat(ecs.asked()).as("with a batch and a single call as a probe").hasSize(5);

    ecs.always(DescribeBatcherTest::everythingExists);
    time.advance(RefusedDescribes.BETWEEN_PROBES);
    assertThat(services(200)).allMatch(result -> found(result) != null);
    assertThat(ecs.asked()).as("no resource is described alone").hasSize(5 + 20);
  }

  @Test
  void whileCredentialsDoNotWorkOneCallIsSentInAWhile() {
    ecs.always(
        asked -> {
          throw failure(FailureClass.BLOCKED, "ExpiredTokenException");
        });

    services(200);
    time.advance(RefusedDescribes.BETWEEN_PROBES);
    services(200);
    assertThat(ecs.asked()).hasSize(2);

    ecs.always(DescribeBatcherTest::everythingExists);
    time.advance(RefusedDescribes.BETWEEN_PROBES);
    assertThat(services(200)).allMatch(result -> found(result) != null);
    assertThat(ecs.asked()).as("no resource is described alone").hasSize(2 + 20);
  }

  @Test
  void whileIamDeniesADescribeOfTaskDefinitionsOneCallIsSentInAWhile() {
    ecs.always(
        asked -> {
          throw failure(FailureClass.BLOCKED, "AccessDeniedException");
        });

    for (int revision = 1; revision < 50; revision++) {
      assertThat(isDenied(ask(Keys.taskDefinition("f:" + revision)))).isTrue();
    }

    assertThat(ecs.asked()).hasSize(1);
    ecs.always(asked -> tree("{'taskDefinition':{'family':'f'}}"));
    time.advance(RefusedDescribes.BETWEEN_PROBES);
    assertThat(found(ask(Keys.taskDefinition("f:1")))).isNotNull();
    assertThat(found(ask(Keys.taskDefinition("f:2")))).isNotNull();
  }

  @Test
  void whatIamAllowsIsDescribedThoughItDeniesOthersOfTheCluster() {
    ecs.always(
        asked -> {
          if (ids(asked, "services").stream()
              .anyMatch(id -> Integer.parseInt(id.substring(1)) % 3 == 0)) {
            throw failure(FailureClass.BLOCKED, "AccessDeniedException");
          }
          return everythingExists(asked);
        });
    List<CompletableFuture<DescribeBatcher.Result>> all = List.of();

    for (int sweep = 0; sweep < 20; sweep++) {
      all = services(30);
      time.advance(Duration.ofMinutes(1));
    }

    for (int id = 0; id < 30; id++) {
      assertThat(isDenied(all.get(id))).as("s%s", id).isEqualTo(id % 3 == 0);
    }
  }

  private List<CompletableFuture<DescribeBatcher.Result>> services(int count) {
    List<CompletableFuture<DescribeBatcher.Result>> all =
        IntStream.range(0, count).mapToObj(n -> service("s" + n)).toList();
    time.advance(WINDOW);
    return all;
  }

  private static boolean isDenied(CompletableFuture<DescribeBatcher.Result> result) {
    return result.join() instanceof DescribeBatcher.Result.Failed;
  }

  @Test
  void aMissingClusterMakesItsServicesGone() {
    ecs.always(
        asked -> {
          throw failure(FailureClass.NOT_FOUND, "ClusterNotFoundException");
        });

    CompletableFuture<DescribeBatcher.Result> a = service("a");
    CompletableFuture<DescribeBatcher.Result> b = service("b");
    time.advance(WINDOW);

    assertThat(a.join()).isInstanceOf(DescribeBatcher.Result.Missing.class);
    assertThat(b.join()).isInstanceOf(DescribeBatcher.Result.Missing.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"THROTTLED", "TRANSIENT"})
  void aCallThatFailsForAllResourcesIsNotRepeatedForEach(FailureClass failureClass) {
    ecs.fails(failure(failureClass, "Whatever"));

    CompletableFuture<DescribeBatcher.Result> a = service("a");
    CompletableFuture<DescribeBatcher.Result> b = service("b");
    time.advance(WINDOW);

    assertThat(ecs.asked()).hasSize(1);
    assertThat(List.of(a.join(), b.join()))
        .allMatch(described -> described instanceof DescribeBatcher.Result.Failed);
  }

  @Test
  void anUnexpectedErrorReachesCallersAsAFailure() {
    ecs.fails(new IllegalStateException("a bug"));

    CompletableFuture<DescribeBatcher.Result> a = service("a");
    time.advance(WINDOW);

    assertThat(a.join())
        .isInstanceOfSatisfying(
            DescribeBatcher.Result.Failed.class,
            failed -> assertThat(failed.why().message()).contains("a bug"));
  }

  @Test
  void aSlowCallDoesNotHoldUpTheNextBatch() {
    ecs.always(DescribeBatcherTest::everythingExists);
    time.hold();

    CompletableFuture<DescribeBatcher.Result> slow = service("a");
    time.advance(WINDOW);
    CompletableFuture<DescribeBatcher.Result> next = service("b");
    time.advance(WINDOW);
    time.releaseLast();

    assertThat(next).isDone();
    assertThat(slow).isNotDone();
  }

  private CompletableFuture<DescribeBatcher.Result> service(String name) {
    return ask(Keys.service("c", name));
  }

  private CompletableFuture<DescribeBatcher.Result> askForNew(String name) {
    return batcher.describe(
        Keys.service("c", name), CONTEXT, Absence.REPORTED_MISSING, started -> false);
  }

  private CompletableFuture<DescribeBatcher.Result> ask(ResourceKey key) {
    return batcher.describe(key, CONTEXT, Absence.DESCRIBED_ALONE, started -> false);
  }

  private static ObjectNode found(CompletableFuture<DescribeBatcher.Result> described) {
    return ((DescribeBatcher.Result.Found) described.join()).tree();
  }

  private List<List<String>> asked(String member) {
    return ecs.asked().stream().map(asked -> ids(asked, member)).toList();
  }

  private static List<String> ids(Asked asked, String member) {
    return StreamSupport.stream(asked.request().path(member).spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }

  private static AwsFailure failure(FailureClass failureClass, String code) {
    return AwsFailure.of("DescribeServices", failureClass, code, "no");
  }

  private static ObjectNode everythingExists(Asked asked) {
    return existing(asked, id -> true);
  }

  private static ObjectNode existing(Asked asked, Predicate<String> exists) {
    String list = asked.operation().substring("Describe".length()).toLowerCase(Locale.ROOT);
    String item = list.substring(0, list.length() - 1);
    ObjectNode answer = tree("{'failures':[]}");
    ArrayNode items = answer.putArray(list);
    for (String id : ids(asked, list)) {
      if (exists.test(id)) {
        ObjectNode described = items.addObject();
        if (item.equals("task")) {
          described.put("taskArn", "arn:aws:ecs:eu-central-1:1:task/c/" + id);
        } else {
          described.put(item + "Name", id).put(item + "Arn", "arn:" + id);
        }
      } else {
        answer.withArray("failures").addObject().put("arn", id).put("reason", "MISSING");
      }
    }
    return answer;
  }
}

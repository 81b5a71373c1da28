package io.ecsoperator.operator.cache;

import static io.ecsoperator.operator.Trees.tree;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.FakeEcs;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.Trees;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.aws.Priority;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A cache in front of a scripted ECS, and the service {@code s} in the cluster {@code c}. */
abstract class CacheFixture {
  static final CallContext CONTEXT = CallContext.of(Priority.CHANGE);
  static final Duration WINDOW = Duration.ofMillis(30);
  static final Duration GRACE = Duration.ofSeconds(60);
  static final Duration FOLLOW = Duration.ofSeconds(5);
  static final Duration SWEEP = Duration.ofSeconds(60);
  static final Duration FORGET_AFTER = Duration.ofMinutes(15);
  static final EcsCache.Settings SETTINGS =
      new EcsCache.Settings(WINDOW, GRACE, FOLLOW, SWEEP, FORGET_AFTER);
  static final EcsReader.Freshness WITHIN_5_S =
      new EcsReader.Freshness.MaxAge(Duration.ofSeconds(5));
  static final EcsReader.Freshness WITHIN_A_DAY =
      new EcsReader.Freshness.MaxAge(Duration.ofDays(1));

  static final ObjectKey WRITER = new ObjectKey("EcsService", "shop", "writer");
  static final ObjectKey BYSTANDER = new ObjectKey("EcsService", "shop", "bystander");

  static final String CLUSTER_ARN = "arn:aws:ecs:eu-central-1:1:cluster/c";
  static final String GONE = "{'services':[],'failures':[{'arn':'arn:s','reason':'MISSING'}]}";

  final VirtualTime time = new VirtualTime();
  final FakeEcs ecs = new FakeEcs();
  final ResourceKey service = Keys.service("c", "s");
  final List<ObjectKey> enqueued = new CopyOnWriteArrayList<>();
  final EcsCache cache =
      new EcsCache(
          new EcsCache.Dependencies(
              ecs, time, Keys.RESOURCES, enqueued::add, new SimpleMeterRegistry()),
          SETTINGS,
          new EcsCache.Execution(new Random(1), time.executor(), time::after));

  Observation read(EcsReader.Freshness freshness) {
    CompletableFuture<Observation> observation = cache.read(service, freshness, CONTEXT);
    if (!observation.isDone()) {
      time.advance(WINDOW);
    }
    return observation.join();
  }

  void updated(String tree) {
    write("UpdateService", "{'cluster':'c','service':'s','desiredCount':2}", tree);
  }

  void created(String tree) {
    write("CreateService", "{'cluster':'c','serviceName':'s','desiredCount':1}", tree);
  }

  void write(String operation, String request, String tree) {
    cache.wrote(WRITER, operation, tree(request), answer(tree), time.instant());
  }

  static ObjectNode answer(String service) {
    ObjectNode answer = Trees.tree("{}");
    answer.set("service", tree(service.replace("RUNS", "0")));
    return answer;
  }

  static Observation.Present present(String json) {
    return new Observation.Present(tree(json.replace("RUNS", "0")));
  }

  static String describing(String service) {
    return "{'services':[" + service.replace("RUNS", "0") + "],'failures':[]}";
  }

  static String count(int desired) {
    return service("ACTIVE", desired);
  }

  static String draining() {
    return service("DRAINING", 0);
  }

  static String service(String status, int desired) {
    return "{'serviceName':'s','serviceArn':'arn:s','clusterArn':'"
        + CLUSTER_ARN
        + "','createdAt':1000.5,'status':'"
        + status
        + "','desiredCount':"
        + desired
        + ",'runningCount':RUNS,'tags':[{'key':'k','value':'v'}]}";
  }

  static AwsFailure failure(FailureClass failureClass) {
    return AwsFailure.of("DescribeServices", failureClass, "Code", "no");
  }
}

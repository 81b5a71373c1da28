package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.ObjectRef.service;
import static io.ecsoperator.e2e.operator.ObjectRef.taskDefinition;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.controlplane.junit.Await;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.localecs.faults.Fault;
import io.ecsoperator.localecs.faults.FaultRule;
import io.ecsoperator.localecs.faults.Lag;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.ecs.model.EcsException;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionStatus;

/**
 * Many objects that change while ECS throttles, fails, loses answers and lags behind, while another
 * client changes ECS, and while replicas of the operator start and stop. {@code make soak} is the
 * long form; {@code soak.seconds} and {@code soak.services} set duration and size.
 */
@WithOperator
class SoakTest {
  private static final Duration DURATION =
      Duration.ofSeconds(Integer.getInteger("soak.seconds", 15));
  private static final int SERVICES = Integer.getInteger("soak.services", 12);
  private static final long SEED = Long.getLong("soak.seed", 1);

  private static final Duration BETWEEN_CHANGES = Duration.ofMillis(150);
  private static final Duration BETWEEN_FAILURES = Duration.ofSeconds(10);
  private static final Duration TO_CONVERGE = Duration.ofMinutes(5);
  private static final int MOST_TASKS = 3;

  private final Random random = new Random(SEED);
  private final int[] images = new int[SERVICES];
  private final int[] counts = new int[SERVICES];
  private final List<OperatorReplica> replicas = new ArrayList<>();
  private int replicasSoFar;

  @Test
  void allObjectsConvergeAfterFaultsAndNothingIsDoubledOrLost(TestBed bed) {
    bed.stopOperator();
    addReplica(bed);
    addReplica(bed);
    bed.apply(Manifests.cluster("demo"));
    IntStream.range(0, SERVICES).forEach(n -> apply(bed, n));

    changeWithFaults(bed);
    endFaults(bed);

    awaitAllReady(bed);
    // The operator may not have observed the last changes by the other client yet.
    bed.awaitQuiet();
    assertThat(activeServices(bed)).hasSize(SERVICES);
    IntStream.range(0, SERVICES).forEach(n -> assertMatchesSpec(bed, n));
  }

  private void changeWithFaults(TestBed bed) {
    Instant end = Instant.now().plus(DURATION);
    Instant nextFailure = Instant.now().plus(BETWEEN_FAILURES.dividedBy(2));
    bed.ecs().setLag(Lag.ofReads(2));
    Stream.of(
            FaultRule.share(0.05, FaultRule.ANY, Fault.throttled()),
            FaultRule.share(0.05, FaultRule.ANY, Fault.serverError()),
            FaultRule.share(0.10, FaultRule.ANY, Fault.lostAnswer()))
        .forEach(bed.ecs().faults()::add);
    while (Instant.now().isBefore(end)) {
      change(bed, random.nextInt(SERVICES));
      if (Instant.now().isAfter(nextFailure)) {
        disturbReplicas(bed);
        nextFailure = Instant.now().plus(BETWEEN_FAILURES);
      }
      LockSupport.parkNanos(BETWEEN_CHANGES.toNanos());
    }
  }

  private void endFaults(TestBed bed) {
    bed.ecs().faults().clear();
    bed.ecs().setLag(Lag.NONE);
    replicas.forEach(replica -> replica.toKubernetes().restore());
    Await.within(
        TO_CONVERGE,
        () -> IntStream.range(0, SERVICES).filter(n -> isTerminating(bed, n)).findAny().isEmpty(),
        () -> "all deletions have ended");
    IntStream.range(0, SERVICES).forEach(n -> apply(bed, n));
  }

  private void change(TestBed bed, int n) {
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> {
        images[n]++;
        patch(bed, taskDefinition(name(n)), "containerDefinitions", containers(n));
      }
      case 4, 5, 6 -> {
        counts[n] = random.nextInt(MOST_TASKS + 1);
        patch(bed, service(name(n)), "desiredCount", Integer.toString(counts[n]));
      }
      case 7 ->
          bed.find(service(name(n))).ifPresent(found -> bed.kubernetes().resource(found).delete());
      case 8 -> {
        if (!isTerminating(bed, n)) {
          apply(bed, n);
        }
      }
      default -> changeInEcs(bed, n);
    }
  }

  /** Another client changes a count in ECS, unless a fault prevents it. */
  private void changeInEcs(TestBed bed, int n) {
    try {
      bed.aws().updateService(u -> u.cluster("demo").service(name(n)).desiredCount(MOST_TASKS + 1));
    } catch (EcsException e) {
      assertThat(e.statusCode()).isGreaterThanOrEqualTo(400);
    } catch (SdkClientException e) {
      assertThat(e).as("all answers were lost").hasMessageContaining("HTTP request");
    }
  }

  /** Cuts the leader off from the API server, restores all connections, or replaces the leader. */
  private void disturbReplicas(TestBed bed) {
    replicas.forEach(replica -> replica.toKubernetes().restore());
    Optional<OperatorReplica> leader = replicas.stream().filter(OperatorReplica::leads).findFirst();
    if (leader.isEmpty()) {
      return;
    }
    if (random.nextBoolean()) {
      leader.get().toKubernetes().cut();
    } else {
      replicas.remove(leader.get());
      leader.get().stop();
      addReplica(bed);
    }
  }

  private void addReplica(TestBed bed) {
    replicas.add(bed.startReplica("replica-" + ++replicasSoFar));
  }

  private void awaitAllReady(TestBed bed) {
    Await.within(
        TO_CONVERGE,
        () -> bed.objects().stream().allMatch(SoakTest::isConverged),
        () ->
            "all objects are Ready and Synced; these are not: "
                + bed.objects().stream()
                    .filter(object -> !isConverged(object))
                    .map(
                        object ->
                            Conditions.condition(object, "Ready") + " " + object.getMetadata())
                    .toList());
    assertThat(bed.objects()).hasSize(1 + 2 * SERVICES);
  }

  /** Whether an object is Ready and Synced; a failed read shows in Synced for a while. */
  private static boolean isConverged(EcsResource<?> object) {
    return Conditions.isTrue(object, "Ready") && Conditions.isTrue(object, "Synced");
  }

  private void assertMatchesSpec(TestBed bed, int n) {
    Service service =
        bed.aws().describeServices(d -> d.cluster("demo").services(name(n))).services().getFirst();
    String definition = bed.get(taskDefinition(name(n))).getStatus().common().arn();
    assertThat(service.taskDefinition()).isEqualTo(definition);
    assertThat(service.desiredCount()).isEqualTo(counts[n]);
    assertThat(service.runningCount()).isEqualTo(counts[n]);
    List<String> registered =
        bed
            .aws()
            .listTaskDefinitionsPaginator(
                l -> l.familyPrefix(name(n)).status(TaskDefinitionStatus.ACTIVE))
            .taskDefinitionArns()
            .stream()
            .map(arn -> bed.aws().describeTaskDefinition(d -> d.taskDefinition(arn)))
            .map(answer -> image(answer.taskDefinition()))
            .toList();
    assertThat(registered)
        .as(() -> "each image of " + name(n) + " is registered once: " + registrations(bed, n))
        .doesNotHaveDuplicates();
    assertThat(registered).contains(image(n));
  }

  /** The registrations of a family, with time, image and outcome. */
  private static String registrations(TestBed bed, int n) {
    return bed.callsSince(0).stream()
        .filter(call -> call.operation().equals("RegisterTaskDefinition"))
        .filter(call -> call.request().path("family").asText().equals(name(n)))
        .map(
            call ->
                call.wallTime()
                    + " "
                    + call.request().at("/containerDefinitions/0/image").asText()
                    + (call.answerLost() ? ", answer lost" : "")
                    + call.error().map(error -> ", refused").orElse(""))
        .collect(Collectors.joining("\n", "\n", "\n"));
  }

  private static List<String> activeServices(TestBed bed) {
    return bed.aws().listServicesPaginator(l -> l.cluster("demo")).serviceArns().stream().toList();
  }

  private void apply(TestBed bed, int n) {
    bed.apply(
        Manifests.taskDefinition(name(n), image(n)),
        Manifests.service(name(n), "demo", name(n), "desiredCount: " + counts[n]));
  }

  private static boolean isTerminating(TestBed bed, int n) {
    return bed.find(service(name(n))).filter(EcsResource::isMarkedForDeletion).isPresent();
  }

  /** Patches an object if it exists; otherwise the change takes effect when it is applied again. */
  private <R extends EcsResource<?>> void patch(
      TestBed bed, ObjectRef<R> object, String member, String json) {
    bed.find(object)
        .ifPresent(
            found -> {
              try {
                bed.kubernetes()
                    .resource(found)
                    .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\":{\"" + member + "\":" + json + "}}");
              } catch (KubernetesClientException e) {
                // The deletion of the object may have ended meanwhile.
                assertThat(e.getCode()).isEqualTo(HttpURLConnection.HTTP_NOT_FOUND);
              }
            });
  }

  private static String name(int n) {
    return "app-" + n;
  }

  private String image(int n) {
    return "example.com/app:" + images[n];
  }

  private static String image(TaskDefinition definition) {
    return definition.containerDefinitions().getFirst().image();
  }

  private String containers(int n) {
    return "[{\"name\":\"app\",\"image\":\"" + image(n) + "\"}]";
  }
}

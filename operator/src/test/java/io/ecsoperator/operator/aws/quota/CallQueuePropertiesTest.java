package io.ecsoperator.operator.aws.quota;

import static io.ecsoperator.operator.aws.quota.Callers.callContext;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.aws.quota.Callers.AdmittedCall;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Invariants of a queue for any arrivals and latencies. */
class CallQueuePropertiesTest {

  /**
   * A call that enters the queue.
   *
   * @param after the time since the previous arrival
   */
  record Arrival(Duration after, Duration latency, CallContext callContext) {}

  @Provide
  Arbitrary<Quota> quotas() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 30), Arbitraries.doubles().between(0.1, 40))
        .as((burst, rate) -> new Quota(burst, rate));
  }

  @Provide
  Arbitrary<List<Arrival>> arrivals() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 800).map(Duration::ofMillis),
            Arbitraries.integers().between(0, 3000).map(Duration::ofMillis),
            callContexts())
        .as(Arrival::new)
        .list()
        .ofMaxSize(80);
  }

  @Provide
  Arbitrary<List<CallContext>> callBursts() {
    return callContexts().list().ofMinSize(1).ofMaxSize(100);
  }

  private static Arbitrary<CallContext> callContexts() {
    return Combinators.combine(
            Arbitraries.of(Priority.class),
            Arbitraries.of("a", "b", "c"),
            Arbitraries.integers().between(0, 1_000_000))
        .as((priority, namespace, name) -> callContext(priority, namespace, name));
  }

  @Property(tries = 200)
  void noPeriodHasMoreCallsThanBurstAndRefill(
      @ForAll("quotas") Quota quota, @ForAll("arrivals") List<Arrival> arrivals) {
    List<AdmittedCall> admitted = run(new Callers(quota), arrivals).admitted;

    for (int first = 0; first < admitted.size(); first++) {
      for (int last = first; last < admitted.size(); last++) {
        Duration span = Duration.between(admitted.get(first).at(), admitted.get(last).at());
        assertThat((double) (last - first + 1))
            .isLessThanOrEqualTo(quota.burst() + quota.perSecond() * seconds(span) + 1e-6);
      }
    }
  }

  @Property(tries = 200)
  void noTokenIsUnusedWhileACallWaits(
      @ForAll("quotas") Quota quota, @ForAll("arrivals") List<Arrival> arrivals) {
    Callers callers = new Callers(quota);
    for (Arrival arrival : arrivals) {
      for (int i = 0; i < 10; i++) {
        callers.time.pass(arrival.after().dividedBy(10));
        assertThat(callers.waiting() == 0 || callers.queue.tokens() < 1).isTrue();
      }
      callers.enter(arrival.callContext(), arrival.latency());
    }
  }

  @Property(tries = 200)
  void everyCallIsAdmittedOrDeferredWithinTheMaximumWait(
      @ForAll("quotas") Quota quota, @ForAll("arrivals") List<Arrival> arrivals) {
    Callers callers = run(new Callers(quota), arrivals);

    assertThat(callers.waiting()).isZero();
    assertThat(callers.admitted.size() + callers.deferred.size()).isEqualTo(arrivals.size());
  }

  @Property(tries = 200)
  void atMostOneOfTenAdmissionsIsOfALowerPriority(@ForAll("callBursts") List<CallContext> calls) {
    List<Priority> served =
        serveAll(calls).stream().map(AdmittedCall::callContext).map(CallContext::priority).toList();
    Map<Priority, Integer> left = new EnumMap<>(Priority.class);
    served.forEach(priority -> left.merge(priority, 1, Integer::sum));

    int urgentInARow = FairQueueOrder.ADMISSIONS_PER_ROUND;
    for (Priority priority : served) {
      Priority mostUrgent =
          left.keySet().stream().filter(p -> left.get(p) > 0).findFirst().orElseThrow();
      if (priority == mostUrgent) {
        urgentInARow++;
      } else {
        assertThat(urgentInARow).isGreaterThanOrEqualTo(FairQueueOrder.ADMISSIONS_PER_ROUND - 1);
        urgentInARow = 0;
      }
      left.merge(priority, -1, Integer::sum);
    }
  }

  @Property(tries = 50)
  void noPriorityStarvesUnderPermanentUrgentLoad(
      @ForAll @Size(min = 1, max = 5) Set<Priority> priorities, @ForAll("fastQuotas") Quota quota) {
    Priority mostUrgent = priorities.stream().min(Comparator.naturalOrder()).orElseThrow();
    Callers callers = Callers.withoutTokens(quota);
    priorities.forEach(priority -> callers.enter(callContext(priority, "late", priority)));
    int admitted = FairQueueOrder.ADMISSIONS_PER_ROUND * priorities.size();
    for (int i = 0; i <= admitted; i++) {
      callers.enter(callContext(mostUrgent, "endless", i));
      callers.enter(callContext(mostUrgent, "endless", -i - 1));
      callers.time.pass(Duration.ofNanos((long) Math.ceil(1e9 / quota.perSecond())));
    }

    assertThat(callers.names())
        .containsAll(priorities.stream().map(priority -> "o" + priority).toList());
  }

  /** Quotas under which no call of the test is deferred. */
  @Provide
  Arbitrary<Quota> fastQuotas() {
    return Arbitraries.doubles().between(12, 40).map(rate -> new Quota(1, rate));
  }

  @Property(tries = 200)
  void namespacesOfOnePriorityTakeTurns(
      @ForAll @IntRange(min = 1, max = 30) int ofA,
      @ForAll @IntRange(min = 1, max = 30) int ofB,
      @ForAll @IntRange(min = 1, max = 30) int ofC) {
    Callers callers = Callers.withoutTokens(new Quota(1, 20));
    Map<String, Integer> left = new HashMap<>(Map.of("a", ofA, "b", ofB, "c", ofC));
    left.forEach(
        (namespace, count) -> {
          for (int i = 0; i < count; i++) {
            callers.enter(callContext(Priority.CHANGE, namespace, i));
          }
        });
    callers.time.pass(Duration.ofSeconds(10));

    Map<String, Integer> served = new HashMap<>(Map.of("a", 0, "b", 0, "c", 0));
    for (AdmittedCall call : callers.admitted) {
      String namespace = call.callContext().object().orElseThrow().namespace();
      served.merge(namespace, 1, Integer::sum);
      left.merge(namespace, -1, Integer::sum);
      int most = served.values().stream().mapToInt(count -> count).max().orElseThrow();
      // A namespace with waiting calls is at most one admission behind.
      left.forEach(
          (name, count) -> {
            if (count > 0) {
              assertThat(served.get(name)).isGreaterThanOrEqualTo(most - 1);
            }
          });
    }
    assertThat(callers.admitted).hasSize(ofA + ofB + ofC);
  }

  @Property(tries = 200)
  void withinANamespaceTheOrderIsFirstInFirstOut(@ForAll("callBursts") List<CallContext> calls) {
    List<CallContext> served = serveAll(calls).stream().map(AdmittedCall::callContext).toList();

    for (Priority priority : Priority.values()) {
      for (String namespace : List.of("a", "b", "c")) {
        assertThat(those(served, priority, namespace)).isEqualTo(those(calls, priority, namespace));
      }
    }
  }

  private static List<CallContext> those(
      List<CallContext> all, Priority priority, String namespace) {
    return all.stream()
        .filter(callContext -> callContext.priority() == priority)
        .filter(callContext -> callContext.object().orElseThrow().namespace().equals(namespace))
        .toList();
  }

  /** Admits calls that entered at the same time, one after the other. */
  private static List<AdmittedCall> serveAll(List<CallContext> calls) {
    Callers callers = Callers.withoutTokens(new Quota(1, 20));
    calls.forEach(callers::enter);
    callers.time.pass(Duration.ofSeconds(10));
    assertThat(callers.admitted).hasSameSizeAs(calls);
    return callers.admitted;
  }

  private static Callers run(Callers callers, List<Arrival> arrivals) {
    for (Arrival arrival : arrivals) {
      callers.time.pass(arrival.after());
      callers.enter(arrival.callContext(), arrival.latency());
    }
    callers.time.pass(CallQueue.MAX_WAIT);
    return callers;
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}

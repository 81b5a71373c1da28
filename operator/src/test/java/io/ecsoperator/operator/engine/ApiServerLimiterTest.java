package io.ecsoperator.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ApiServerLimiterTest {

  @Test
  void onlySoManyAreMadeAtOnce() throws Exception {
    ApiServerLimiter requests = new ApiServerLimiter(3);
    CountDownLatch three = new CountDownLatch(3);
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () ->
                      requests.make(
                          requests.begin("a"),
                          () -> {
                            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                            three.countDown();
                            await(three);
                            return atOnce.decrementAndGet();
                          })));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(most).hasValue(3);
  }

  @Test
  void oneThatFailsMakesRoomForTheNext() {
    ApiServerLimiter requests = new ApiServerLimiter(1);
    assertThatThrownBy(
            () ->
                requests.make(
                    requests.begin("a"),
                    () -> {
                      throw new IllegalStateException("409");
                    }))
        .hasMessage("409");

    assertThat(requests.make(requests.begin("a"), () -> "made")).isEqualTo("made");
  }

  @Test
  void reconcileThatStartedFirstGoesFirst() throws Exception {
    ApiServerLimiter requests = new ApiServerLimiter(1);
    List<ApiServerLimiter.Turn> turns =
        Stream.generate(() -> requests.begin("a")).limit(10).toList();

    assertThat(served(requests, turns.reversed())).isEqualTo(turns);
  }

  @Test
  void aRequestOfAnotherNamespaceDoesNotWaitForThoseOfReconcilesThatStartedEarlier()
      throws Exception {
    ApiServerLimiter requests = new ApiServerLimiter(1);
    List<ApiServerLimiter.Turn> turns =
        new ArrayList<>(Stream.generate(() -> requests.begin("many")).limit(50).toList());
    ApiServerLimiter.Turn other = requests.begin("other");
    turns.add(other);

    assertThat(served(requests, turns).indexOf(other)).isLessThanOrEqualTo(1);
  }

  @Test
  void aRequestOfAnotherNamespaceIsNextWhileOneNamespaceHasAllPlaces() throws Exception {
    ApiServerLimiter requests = new ApiServerLimiter(3);
    CountDownLatch begun = new CountDownLatch(3);
    CountDownLatch oneEnds = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      CountDownLatch ends = i == 0 ? oneEnds : mayEnd;
      threads.add(hold(requests, requests.begin("many"), begun, ends));
    }
    await(begun);
    for (int i = 0; i < 20; i++) {
      threads.add(waiting(hold(requests, requests.begin("many"), new CountDownLatch(1), mayEnd)));
    }
    CountDownLatch served = new CountDownLatch(1);
    threads.add(waiting(hold(requests, requests.begin("other"), served, mayEnd)));

    oneEnds.countDown();
    await(served);

    mayEnd.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /** The order in which they are served while only one is at a time. */
  private static List<ApiServerLimiter.Turn> served(
      ApiServerLimiter requests, List<ApiServerLimiter.Turn> turns) throws InterruptedException {
    CountDownLatch mayEnd = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    Thread busy = hold(requests, requests.begin("busy"), begun, mayEnd);
    await(begun);
    List<ApiServerLimiter.Turn> served = Collections.synchronizedList(new ArrayList<>());
    List<Thread> late = new ArrayList<>();
    for (ApiServerLimiter.Turn turn : turns) {
      late.add(
          waiting(Thread.ofPlatform().start(() -> requests.make(turn, () -> served.add(turn)))));
    }
    mayEnd.countDown();
    busy.join();
    for (Thread thread : late) {
      thread.join();
    }
    return served;
  }

  private static Thread hold(
      ApiServerLimiter requests,
      ApiServerLimiter.Turn turn,
      CountDownLatch begun,
      CountDownLatch mayEnd) {
    return Thread.ofPlatform()
        .start(
            () ->
                requests.make(
                    turn,
                    () -> {
                      begun.countDown();
                      await(mayEnd);
                      return "made";
                    }));
  }

  private static Thread waiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    return thread;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

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
                          requests.begin(),
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
                    requests.begin(),
                    () -> {
                      throw new IllegalStateException("409");
                    }))
        .hasMessage("409");

    assertThat(requests.make(requests.begin(), () -> "made")).isEqualTo("made");
  }

  @Test
  void reconcileThatStartedFirstGoesFirst() throws Exception {
    ApiServerLimiter requests = new ApiServerLimiter(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    List<Long> served = Collections.synchronizedList(new ArrayList<>());
    Thread busy =
        Thread.ofVirtual()
            .start(
                () ->
                    requests.make(
                        requests.begin(),
                        () -> {
                          begun.countDown();
                          await(mayEnd);
                          return "made";
                        }));
    await(begun);
    List<Long> looks = Stream.generate(requests::begin).limit(10).toList();
    List<Thread> late = new ArrayList<>();
    for (Long look : looks.reversed()) {
      Thread thread = Thread.ofPlatform().start(() -> requests.make(look, () -> served.add(look)));
      late.add(thread);
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }

    mayEnd.countDown();
    busy.join();
    for (Thread thread : late) {
      thread.join();
    }

    assertThat(served).isEqualTo(looks);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

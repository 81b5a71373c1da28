package io.ecsoperator.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KubernetesRequestsTest {

  @Test
  void onlySoManyAreMadeAtOnce() throws Exception {
    KubernetesRequests requests = new KubernetesRequests(3);
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
    KubernetesRequests requests = new KubernetesRequests(1);
    assertThatThrownBy(
            () ->
                requests.make(
                    () -> {
                      throw new IllegalStateException("409");
                    }))
        .hasMessage("409");

    assertThat(requests.make(() -> "made")).isEqualTo("made");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

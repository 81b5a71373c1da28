package io.ecsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

@Timeout(60)
class FairExecutorTest {
  private static final String NAMESPACE = "resource.namespace";

  private final AtomicLong nanoTime = new AtomicLong();
  private final CountDownLatch release = new CountDownLatch(1);
  private final FairExecutor executor =
      new FairExecutor(
          8,
          () -> Objects.requireNonNullElse(MDC.get(NAMESPACE), ""),
          Thread.ofVirtual().factory(),
          nanoTime::get);

  @AfterEach
  void end() {
    release.countDown();
    executor.shutdownNow();
  }

  @Test
  void anObjectOfAnotherNamespaceDoesNotWaitForTenThousandThatHoldTheirThreads() throws Exception {
    for (int i = 0; i < 10_000; i++) {
      submit("greedy", this::awaitRelease);
    }
    CountDownLatch done = new CountDownLatch(1);

    submit("other", done::countDown);

    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void namespacesTakeTurns() throws Exception {
    FairExecutor two =
        new FairExecutor(
            2,
            () -> Objects.requireNonNullElse(MDC.get(NAMESPACE), ""),
            Thread.ofVirtual().factory(),
            nanoTime::get);
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch done = new CountDownLatch(101);
    submit(two, "busy", this::awaitRelease);
    CountDownLatch first = new CountDownLatch(1);
    submit(two, "greedy", () -> await(first));
    for (int i = 0; i < 100; i++) {
      submit(two, "greedy", () -> record(order, "greedy", done));
    }
    submit(two, "other", () -> record(order, "other", done));

    first.countDown();

    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    release.countDown();
    two.shutdownNow();
    assertThat(order.indexOf("other")).isLessThanOrEqualTo(1);
  }

  private static void record(List<String> order, String name, CountDownLatch done) {
    order.add(name);
    done.countDown();
  }

  @Test
  void allOfOneNamespaceRun() throws Exception {
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(1_000);
    for (int i = 0; i < 1_000; i++) {
      submit(
          "only",
          () -> {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            Thread.yield();
            atOnce.decrementAndGet();
            done.countDown();
          });
    }

    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(most.get()).isLessThanOrEqualTo(4);
  }

  @Test
  void aTaskThatThrowsGivesItsPlaceBack() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    Thread.UncaughtExceptionHandler silent = (thread, failure) -> {};
    for (int i = 0; i < 20; i++) {
      submit(
          "failing",
          () -> {
            Thread.currentThread().setUncaughtExceptionHandler(silent);
            throw new AssertionError("expected");
          });
    }

    submit("failing", done::countDown);

    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void reconcilesThatCannotBeginAreStuck() {
    for (int i = 0; i < 5; i++) {
      submit("a", this::awaitRelease);
    }
    nanoTime.addAndGet(FairExecutor.LONGEST_WAIT.toNanos());
    assertThat(executor.stuck()).isEmpty();

    nanoTime.incrementAndGet();
    assertThat(executor.stuck().orElseThrow()).contains("none has begun");
  }

  @Test
  void aReconcileThatDoesNotEndIsStuck() {
    submit("a", this::awaitRelease);
    nanoTime.addAndGet(Duration.ofDays(1).toNanos());

    assertThat(executor.stuck().orElseThrow()).contains("namespace a");
  }

  @Test
  void anIdleExecutorIsNotStuck() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    submit("a", done::countDown);
    done.await();
    executor.shutdown();
    assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();

    nanoTime.addAndGet(Duration.ofDays(1).toNanos());

    assertThat(executor.stuck()).isEmpty();
  }

  @Test
  void shutdownRunsWhatWaitsAndTakesNothingMore() throws Exception {
    AtomicInteger done = new AtomicInteger();
    for (int i = 0; i < 50; i++) {
      submit(
          "a",
          () -> {
            awaitRelease();
            done.incrementAndGet();
          });
    }

    executor.shutdown();

    assertThatThrownBy(() -> submit("a", () -> {})).isInstanceOf(RejectedExecutionException.class);
    assertThat(executor.awaitTermination(1, TimeUnit.MILLISECONDS)).isFalse();
    release.countDown();
    assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(done).hasValue(50);
  }

  @Test
  void shutdownNowInterruptsAndReturnsWhatHasNotBegun() throws Exception {
    for (int i = 0; i < 50; i++) {
      submit("a", this::awaitRelease);
    }

    assertThat(executor.shutdownNow()).hasSize(46);
    assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  private void submit(String namespace, Runnable task) {
    submit(executor, namespace, task);
  }

  private static void submit(FairExecutor executor, String namespace, Runnable task) {
    MDC.put(NAMESPACE, namespace);
    try {
      executor.execute(task);
    } finally {
      MDC.remove(NAMESPACE);
    }
  }

  private void awaitRelease() {
    await(release);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

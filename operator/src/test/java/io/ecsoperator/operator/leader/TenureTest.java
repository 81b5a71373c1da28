package io.ecsoperator.operator.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.operator.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TenureTest {
  private static final Duration LASTS = Duration.ofSeconds(4);

  private final VirtualTime time = new VirtualTime();

  /** Like {@link System#nanoTime}, it may be near the end of its range. */
  private final long origin = Long.MAX_VALUE - LASTS.toNanos() / 2 - time.instant().getNano();

  private final Instant start = time.instant();
  private final Tenure tenure = new Tenure(LASTS, this::nanos);

  private long nanos() {
    return origin + Duration.between(start, time.instant()).toNanos();
  }

  @Test
  void isNotHeldBeforeTheFirstTerm() {
    assertThat(tenure.held()).isFalse();
  }

  @Test
  void isHeldUntilTheDeadlineAfterTheWriteWasBegun() {
    long begunAt = nanos();
    time.advance(Duration.ofSeconds(1));
    tenure.begin(begunAt);

    time.advance(Duration.ofSeconds(3).minusNanos(1));
    assertThat(tenure.held()).isTrue();
    time.advance(Duration.ofNanos(1));
    assertThat(tenure.held()).isFalse();
  }

  @Test
  void isHeldForLongerWithEveryWrite() {
    tenure.begin(nanos());
    for (int second = 0; second < 10; second++) {
      time.advance(Duration.ofSeconds(1));
      assertThat(tenure.prolong(nanos())).isTrue();
    }
    time.advance(Duration.ofSeconds(3));
    assertThat(tenure.held()).isTrue();
  }

  @Test
  void aWriteThatIsAnsweredAfterTheDeadlineDoesNotProlong() {
    tenure.begin(nanos());
    time.advance(Duration.ofSeconds(3));
    long begunAt = nanos();
    time.advance(Duration.ofSeconds(1));

    assertThat(tenure.prolong(begunAt)).isFalse();
    assertThat(tenure.held()).isFalse();
  }

  @Test
  void aNewTermCanBeginAfterOneThatRanOut() {
    tenure.begin(nanos());
    time.advance(LASTS);
    assertThat(tenure.held()).isFalse();

    tenure.begin(nanos());

    assertThat(tenure.held()).isTrue();
  }

  @Test
  void isNotHeldAfterItsEnd() {
    tenure.begin(nanos());
    tenure.end();

    assertThat(tenure.held()).isFalse();
    assertThat(tenure.prolong(nanos())).isFalse();
  }

  @Test
  void nothingBeginsAfterItWasClosed() {
    tenure.begin(nanos());
    tenure.close();
    tenure.end();
    tenure.begin(nanos());

    assertThat(tenure.held()).isFalse();
    assertThat(tenure.prolong(nanos())).isFalse();
  }
}

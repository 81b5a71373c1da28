package io.ecsoperator.operator.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.operator.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LeadershipTermTest {
  private static final Duration VALIDITY = Duration.ofSeconds(4);

  private final VirtualTime time = new VirtualTime();

  /** Like {@link System#nanoTime}, it may be near the end of its range. */
  private final long origin = Long.MAX_VALUE - VALIDITY.toNanos() / 2 - time.instant().getNano();

  private final Instant start = time.instant();
  private final LeadershipTerm term = new LeadershipTerm(VALIDITY, this::nanos);

  private long nanos() {
    return origin + Duration.between(start, time.instant()).toNanos();
  }

  @Test
  void isNotHeldBeforeTheFirstTerm() {
    assertThat(term.held()).isFalse();
  }

  @Test
  void isHeldUntilTheDeadlineAfterTheWriteWasBegun() {
    long begunAt = nanos();
    time.advance(Duration.ofSeconds(1));
    term.begin(begunAt);

    time.advance(Duration.ofSeconds(3).minusNanos(1));
    assertThat(term.held()).isTrue();
    time.advance(Duration.ofNanos(1));
    assertThat(term.held()).isFalse();
  }

  @Test
  void everyWriteExtendsIt() {
    term.begin(nanos());
    for (int second = 0; second < 10; second++) {
      time.advance(Duration.ofSeconds(1));
      assertThat(term.extend(nanos())).isTrue();
    }
    time.advance(Duration.ofSeconds(3));
    assertThat(term.held()).isTrue();
  }

  @Test
  void aWriteWithAResponseAfterTheDeadlineDoesNotExtendIt() {
    term.begin(nanos());
    time.advance(Duration.ofSeconds(3));
    long begunAt = nanos();
    time.advance(Duration.ofSeconds(1));

    assertThat(term.extend(begunAt)).isFalse();
    assertThat(term.held()).isFalse();
  }

  @Test
  void aNewTermCanBeginAfterOneThatExpired() {
    term.begin(nanos());
    time.advance(VALIDITY);
    assertThat(term.held()).isFalse();

    term.begin(nanos());

    assertThat(term.held()).isTrue();
  }

  @Test
  void isNotHeldAfterItsEnd() {
    term.begin(nanos());
    term.end();

    assertThat(term.held()).isFalse();
    assertThat(term.extend(nanos())).isFalse();
  }

  @Test
  void noTermBeginsAfterClose() {
    term.begin(nanos());
    term.close();
    term.end();
    term.begin(nanos());

    assertThat(term.held()).isFalse();
    assertThat(term.extend(nanos())).isFalse();
  }
}

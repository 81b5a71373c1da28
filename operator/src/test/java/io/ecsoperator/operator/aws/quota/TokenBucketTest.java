package io.ecsoperator.operator.aws.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ecsoperator.operator.aws.quota.TokenBucket.SentCall;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Offset<Double> EXACT = within(1e-6);

  private final TokenBucket bucket = new TokenBucket(new Quota(20, 10), START);

  @Test
  void itStartsFullAndDoesNotExceedItsBurst() {
    assertThat(bucket.tokens(START)).isEqualTo(20);
    assertThat(bucket.tokens(START.plusSeconds(100))).isEqualTo(20);
  }

  @Test
  void itIsRefilledFromTheResponseOn() {
    SentCall call = bucket.send(START);

    assertThat(bucket.tokens(at(40))).isEqualTo(19);
    bucket.answered(call, at(40));
    assertThat(bucket.tokens(at(40))).isEqualTo(19);
    assertThat(bucket.tokens(at(90))).isCloseTo(19.5, EXACT);
  }

  @Test
  void aCallWithoutAResponseCountsAsArrivedAfterASecond() {
    SentCall call = bucket.send(START);

    assertThat(bucket.tokens(at(1050))).isCloseTo(19.5, EXACT);
    bucket.answered(call, at(1060));
    assertThat(bucket.tokens(at(1060))).isCloseTo(19.6, EXACT);
  }

  @Test
  void aThrottledCallEmptiesItAndHalvesTheRate() {
    SentCall call = bucket.send(START);

    assertThat(bucket.throttled(call, at(30))).isTrue();

    assertThat(bucket.tokens(at(30))).isZero();
    assertThat(bucket.rate(at(30))).isEqualTo(5);
    assertThat(bucket.tokens(at(230))).isCloseTo(1, EXACT);
  }

  @Test
  void throttledCallsThatWereInFlightTogetherHalveTheRateOnce() {
    SentCall one = bucket.send(START);
    SentCall other = bucket.send(START);
    bucket.throttled(one, at(30));

    assertThat(bucket.throttled(other, at(31))).isFalse();
    assertThat(bucket.rate(at(31))).isEqualTo(5);
  }

  @Test
  void theRateRecoversByATenthEveryTenSecondsWithoutThrottling() {
    bucket.throttled(bucket.send(START), at(0));

    assertThat(bucket.rate(at(9_999))).isEqualTo(5);
    assertThat(bucket.rate(at(10_000))).isEqualTo(6);
    bucket.throttled(bucket.send(at(15_000)), at(15_000));
    assertThat(bucket.rate(at(24_999))).isEqualTo(3);
    assertThat(bucket.rate(at(25_000))).isEqualTo(4);
    assertThat(bucket.rate(START.plus(Duration.ofHours(1)))).isEqualTo(10);
  }

  @Test
  void theRateDoesNotFallBelowATenth() {
    Instant now = START;
    for (int i = 0; i < 20; i++) {
      now = now.plusMillis(10);
      bucket.throttled(bucket.send(now), now);
    }

    assertThat(bucket.rate(now)).isEqualTo(1);
  }

  @Test
  void aClockThatIsSetBackAddsNoTokens() {
    for (int i = 0; i < 20; i++) {
      bucket.answered(bucket.send(at(5_000)), at(5_000));
    }

    assertThat(bucket.tokens(at(1_000))).isZero();
    assertThat(bucket.tokens(at(1_100))).isCloseTo(1, EXACT);
  }

  @Test
  void itReportsWhenTheNextTokenArrives() {
    for (int i = 0; i < 20; i++) {
      bucket.answered(bucket.send(START), START);
    }

    assertThat(bucket.nextCheckAt(1, START)).contains(at(100));
    assertThat(bucket.nextCheckAt(3, START)).contains(at(300));
    assertThat(bucket.nextCheckAt(21, START)).isEmpty();
  }

  /** Many checks make the level a sum of many fractions. */
  @Property
  void theReportedTimeIsNeverLaterThanTheToken(
      @ForAll @DoubleRange(min = 0.1, max = 40) double rate,
      @ForAll @Size(max = 20) List<@IntRange(max = 800) Integer> checks) {
    var bucket = new TokenBucket(new Quota(1, rate), START);
    bucket.answered(bucket.send(START), START);
    Instant now = START;
    for (int tenths : checks) {
      now = now.plusNanos(tenths * 100_000L);
      if (bucket.tokens(now) < 1) {
        Instant reported = bucket.nextCheckAt(1, now).orElseThrow();

        assertThat(bucket.tokens(reported.minusNanos(1))).isLessThan(1);
        now = reported.minusNanos(1);
      }
    }
  }

  private static Instant at(long millis) {
    return START.plusMillis(millis);
  }
}

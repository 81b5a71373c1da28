package io.ecsoperator.operator.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.http.Problem;
import io.ecsoperator.operator.query.Reviews.Right;
import io.ecsoperator.operator.query.Reviews.User;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CachedReviewsTest {
  private final VirtualTime time = new VirtualTime();
  private final FakeReviews kubernetes = new FakeReviews().maySee("alice", "shop");
  private final CachedReviews reviews = new CachedReviews(kubernetes, time);

  @Test
  void anAnswerCountsForHalfAMinute() {
    User alice = reviews.authenticate("token-alice").orElseThrow();
    assertThat(reviews.allows(alice, Right.list("ecsservices", "shop"))).isTrue();
    reviews.authenticate("token-alice");
    reviews.allows(alice, Right.list("ecsservices", "shop"));
    assertThat(kubernetes.asked()).hasSize(2);

    time.advance(Duration.ofSeconds(30));
    reviews.authenticate("token-alice");
    reviews.allows(alice, Right.list("ecsservices", "shop"));

    assertThat(kubernetes.asked()).hasSize(4);
  }

  @Test
  void aFloodOfWrongTokensReachesTheApiServerAtABoundedRateOnly() {
    for (int i = 0; i < 10_000; i++) {
      try {
        assertThat(reviews.authenticate("wrong-" + i)).isEmpty();
      } catch (Problem problem) {
        assertThat(problem.status()).isEqualTo(429);
      }
    }
    time.advance(Duration.ofSeconds(1));
    for (int i = 0; i < 10_000; i++) {
      assertThatFloodIsRefusedOrEmpty("other-" + i);
    }

    assertThat(kubernetes.asked()).hasSizeLessThanOrEqualTo(30);
  }

  @Test
  void aFloodOfWrongTokensKeepsNoKnownUserOut() {
    reviews.authenticate("token-alice");
    for (int second = 0; second < 120; second++) {
      for (int i = 0; i < 100; i++) {
        assertThatFloodIsRefusedOrEmpty("wrong-" + second + "-" + i);
      }
      assertThat(reviews.authenticate("token-alice")).isPresent();
      time.advance(Duration.ofSeconds(1));
    }
  }

  @Test
  void oneUserCannotUseUpTheChecksOfOthers() {
    User alice = reviews.authenticate("token-alice").orElseThrow();
    kubernetes.maySee("bob", "shop");
    User bob = reviews.authenticate("token-bob").orElseThrow();

    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 1_000; i++) {
                reviews.allows(alice, Right.list("ecsservices", "namespace-" + i));
              }
            })
        .isInstanceOf(Problem.class);

    assertThat(reviews.allows(bob, Right.list("ecsservices", "shop"))).isTrue();
  }

  @Test
  void aTokenThatIsTooLongIsNoToken() {
    assertThat(reviews.authenticate("x".repeat(100_000))).isEmpty();
    assertThat(kubernetes.asked()).isEmpty();
  }

  private void assertThatFloodIsRefusedOrEmpty(String token) {
    try {
      assertThat(reviews.authenticate(token)).isEmpty();
    } catch (Problem problem) {
      assertThat(problem.status()).isEqualTo(429);
    }
  }
}

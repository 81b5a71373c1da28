package io.ecsoperator.operator.query;

import io.ecsoperator.operator.http.Problem;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Remembers the answers of Kubernetes for a short time. Whatever clients send, the API server gets
 * a bounded number of reviews: unknown tokens wait for a place, and tokens that were good before do
 * not wait behind them.
 *
 * <p>Tokens are kept as keyed hashes, so that a dump of the memory shows none.
 */
public final class CachedReviews implements Reviews {
  private static final Duration REMEMBERED = Duration.ofSeconds(30);
  private static final Duration REJECTION_REMEMBERED = Duration.ofSeconds(10);
  private static final int MOST_REMEMBERED = 2_000;
  private static final int MOST_AT_ONCE = 8;

  /** A token that no API server accepts: a client that sends it needs no review. */
  private static final int LONGEST_TOKEN = 16 * 1024;

  private record TokenHash(String hex) {}

  private record Question(User user, Right right) {}

  private record Known<T>(T answer, Instant until) {}

  private final Reviews reviews;
  private final Clock clock;
  private final SecretKeySpec key;
  private final RateLimit unknownTokens;
  private final RateLimit knownTokens;
  private final Map<String, RateLimit> rights = bounded();
  private final Semaphore underWay = new Semaphore(MOST_AT_ONCE);
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<TokenHash, Known<Optional<User>>> users = bounded();
  private final Map<TokenHash, Boolean> accepted = bounded();
  private final Map<Question, Known<Boolean>> answers = bounded();

  public CachedReviews(Reviews reviews, Clock clock) {
    this.reviews = reviews;
    this.clock = clock;
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    this.key = new SecretKeySpec(secret, "HmacSHA256");
    this.unknownTokens = new RateLimit(clock, 20, 10);
    this.knownTokens = new RateLimit(clock, 100, 20);
  }

  @Override
  public Optional<User> authenticate(String token) {
    if (token.length() > LONGEST_TOKEN) {
      return Optional.empty();
    }
    TokenHash hash = hash(token);
    return remembered(users, hash)
        .orElseGet(
            () -> {
              boolean wasGood = locked(() -> accepted.containsKey(hash));
              Optional<User> user =
                  limited(wasGood ? knownTokens : unknownTokens, () -> reviews.authenticate(token));
              remember(users, hash, user, user.isPresent() ? REMEMBERED : REJECTION_REMEMBERED);
              locked(() -> user.isPresent() ? accepted.put(hash, true) : accepted.remove(hash));
              return user;
            });
  }

  @Override
  public boolean allows(User user, Right right) {
    Question question = new Question(user, right);
    return remembered(answers, question)
        .orElseGet(
            () -> {
              boolean allowed = limited(rightsOf(user), () -> reviews.allows(user, right));
              remember(answers, question, allowed, allowed ? REMEMBERED : REJECTION_REMEMBERED);
              return allowed;
            });
  }

  /** Each user has a limit of its own, so that none keeps others from being checked. */
  private RateLimit rightsOf(User user) {
    return locked(() -> rights.computeIfAbsent(user.name(), name -> new RateLimit(clock, 200, 20)));
  }

  private <T> T limited(RateLimit limit, Supplier<T> review) {
    if (!limit.take()) {
      throw Problem.of(429, "Too many checks at once.").with("Retry-After", "1");
    }
    underWay.acquireUninterruptibly();
    try {
      return review.get();
    } finally {
      underWay.release();
    }
  }

  private <K, T> Optional<T> remembered(Map<K, Known<T>> map, K question) {
    return locked(
        () ->
            Optional.ofNullable(map.get(question))
                .filter(known -> clock.instant().isBefore(known.until()))
                .map(Known::answer));
  }

  private <K, T> void remember(Map<K, Known<T>> map, K question, T answer, Duration duration) {
    locked(() -> map.put(question, new Known<>(answer, clock.instant().plus(duration))));
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  private TokenHash hash(String token) {
    try {
      Mac mac = Mac.getInstance(key.getAlgorithm());
      mac.init(key);
      return new TokenHash(
          HexFormat.of().formatHex(mac.doFinal(token.getBytes(StandardCharsets.UTF_8))));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  /** Keeps what was used last. */
  private static <K, V> Map<K, V> bounded() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > MOST_REMEMBERED;
      }
    };
  }
}

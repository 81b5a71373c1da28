package io.ecsoperator.operator.informer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.ecsoperator.operator.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an {@link ObjectCache} equal to what the API server has: lists, watches from the list's
 * version on, and begins anew whenever a watch ends. One thread does all of it, and each of its
 * reads has a limit, so no loss of a connection can leave it waiting.
 *
 * <p>The API server ends each watch after {@link #LENGTH}. Before the next one, the resource
 * version is compared: if it went back, everything is listed again. A list that has something older
 * than the cache is from an older copy of etcd that was restored.
 */
final class ListWatch implements Runnable {
  /** A connection that has become silent is noticed when its watch should have ended. */
  static final Duration LENGTH = Duration.ofSeconds(30);

  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

  private static final Logger LOG = LoggerFactory.getLogger(ListWatch.class);

  private final ObjectsEndpoint endpoint;
  private final ObjectCache<?> cache;
  private final InformerState state;
  private final InformerEvents events;
  private final RandomGenerator random;
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** The version that the cache has; empty if only a list can say. */
  private Optional<String> version = Optional.empty();

  private ListCause cause = ListCause.START;
  private int failures;

  ListWatch(
      ObjectsEndpoint endpoint,
      ObjectCache<?> cache,
      InformerState state,
      InformerEvents events,
      RandomGenerator random) {
    this.endpoint = endpoint;
    this.cache = cache;
    this.state = state;
    this.events = events;
    this.random = random;
  }

  /** Lists for the first time, so that a start fails if that is not possible. */
  void start() throws IOException {
    list();
  }

  void stop() {
    stopped.countDown();
  }

  /** Until it is stopped. */
  @Override
  public void run() {
    boolean renewed = false;
    while (stopped.getCount() > 0) {
      try {
        state.attempt();
        if (renewed) {
          checkVersion();
          if (cache.mayTakeMore()) {
            version = Optional.empty();
          }
        }
        if (version.isEmpty()) {
          list();
        }
        watch(version.orElseThrow());
        renewed = true;
      } catch (IOException | RuntimeException | StackOverflowError e) {
        state.watching(false);
        if (e instanceof RefusedException) {
          state.refused();
        }
        renewed = true;
        failed(e);
      }
    }
  }

  private void failed(Throwable failure) {
    if (stopped.getCount() == 0) {
      return;
    }
    failures++;
    // A second failure in a row, or an answer that is an error: the version may be the reason.
    if (failures > 1 || !(failure instanceof IOException) || failure instanceof RefusedException) {
      if (version.isPresent()) {
        cause = failure instanceof RefusedException ? ListCause.REFUSED : ListCause.LOST;
      }
      version = Optional.empty();
    }
    if (failures > 2) {
      LOG.warn("The watch of {} does not work: {}", endpoint, failure.getMessage());
    } else {
      LOG.info("The watch of {} is opened again: {}", endpoint, failure.getMessage());
    }
    pause();
  }

  /** A short pause even after the first failure: a watch may end as soon as it has opened. */
  private void pause() {
    long millis = Backoff.doubled(SHORTEST_PAUSE, failures, LONGEST_PAUSE).toMillis();
    try {
      stopped.await(millis / 2 + random.nextLong(millis / 2 + 1), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop();
    }
  }

  private void checkVersion() throws IOException {
    if (version.isPresent()) {
      String newest = endpoint.newestVersion();
      if (Long.parseLong(newest) < Long.parseLong(version.get())) {
        version = Optional.empty();
      }
    }
  }

  private void list() throws IOException {
    state.attempt();
    ObjectCache<?>.Listing listing = cache.beginList();
    String listed = endpoint.list(listing::add);
    if (listing.end(listed)) {
      LOG.warn("{} went back: an older copy of etcd was restored", endpoint);
      cause = ListCause.RESTORED;
    }
    version = Optional.of(listed);
    state.synced();
    events.listed(cause);
    cause = ListCause.LOST;
  }

  private void watch(String from) throws IOException {
    try (WatchEvents watch = new WatchEvents(endpoint.watch(from, LENGTH))) {
      state.watching(true);
      // That it opened ends a series of failures: a connection may be cut again and again.
      failures = 0;
      Optional<WatchEvents.Event> event = watch.next();
      while (event.isPresent() && stopped.getCount() > 0) {
        apply(event.get());
        state.heard();
        event = watch.next();
      }
    }
  }

  private void apply(WatchEvents.Event event) throws IOException {
    switch (event.type()) {
      case "ADDED", "MODIFIED" ->
          cache.update(event.line(), event.offset(), event.length()).ifPresent(this::reached);
      case "DELETED" ->
          cache.delete(event.line(), event.offset(), event.length()).ifPresent(this::reached);
      case "BOOKMARK" ->
          cache.version(event.line(), event.offset(), event.length()).ifPresent(this::reached);
      default -> throw new RefusedException(code(event), "The watch ended with an error");
    }
  }

  private void reached(String newer) {
    version = Optional.of(newer);
    cache.version(newer);
  }

  private static int code(WatchEvents.Event error) throws IOException {
    try (JsonParser parser =
        ObjectReader.TOKENS.createParser(error.line(), error.offset(), error.length())) {
      JsonToken token = parser.nextToken();
      while (token != null) {
        if (token == JsonToken.VALUE_NUMBER_INT && "code".equals(parser.currentName())) {
          return parser.getIntValue();
        }
        token = parser.nextToken();
      }
      return 0;
    }
  }
}

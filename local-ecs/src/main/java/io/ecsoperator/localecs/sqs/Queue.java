package io.ecsoperator.localecs.sqs;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/**
 * A standard queue: delivers at least once, in the order of sending except for messages that are
 * received again.
 */
final class Queue {
  private final QueueName name;
  private final QueueJournal journal;
  private final InstantSource clock;
  private final Instant createdAt;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, StoredMessage> messages = new LinkedHashMap<>();
  private QueueSettings settings;
  private Instant modifiedAt;
  private boolean gone;

  private Queue(
      QueueName name,
      QueueSettings settings,
      Instant createdAt,
      Instant modifiedAt,
      QueueJournal journal,
      InstantSource clock) {
    this.name = name;
    this.journal = journal;
    this.clock = clock;
    this.settings = settings;
    this.createdAt = createdAt;
    this.modifiedAt = modifiedAt;
  }

  /** Creates a new queue. */
  static Queue create(
      QueueName name, QueueSettings settings, QueueJournal journal, InstantSource clock) {
    Instant now = clock.instant();
    Queue queue = new Queue(name, settings, now, now, journal, clock);
    journal.wrote(queue.written());
    return queue;
  }

  /** Restores a queue from the journal. */
  static Queue load(QueueJournal.WrittenQueue written, QueueJournal journal, InstantSource clock) {
    return new Queue(
        written.name(),
        new QueueSettings(written.settings()),
        written.createdAt(),
        written.modifiedAt(),
        journal,
        clock);
  }

  /** Restores a message from the journal. */
  void load(StoredMessage message) {
    locked(() -> messages.put(message.id(), message));
  }

  private QueueJournal.WrittenQueue written() {
    return new QueueJournal.WrittenQueue(name, settings.values(), createdAt, modifiedAt);
  }

  String name() {
    return name.name();
  }

  QueueSettings settings() {
    return locked(() -> settings);
  }

  void set(QueueSettings next) {
    locked(
        () -> {
          settings = next;
          modifiedAt = clock.instant();
          journal.wrote(written());
          return true;
        });
  }

  /**
   * Adds a message.
   *
   * @param delay empty for the queue's default
   * @throws SqsError where the message is empty or too large
   */
  StoredMessage send(
      String body, Map<String, MessageAttributeValue> attributes, Optional<Duration> delay) {
    return send(body, attributes, delay, OptionalLong.empty());
  }

  /** Adds a message from the world; {@code action} is the number of the world's action. */
  void send(String body, long action) {
    send(body, Map.of(), Optional.empty(), OptionalLong.of(action));
  }

  private StoredMessage send(
      @Nullable String body,
      Map<String, MessageAttributeValue> attributes,
      Optional<Duration> delay,
      OptionalLong action) {
    return locked(
        () -> {
          if (gone) {
            throw SqsError.noSuchQueue();
          }
          if (body == null || body.isEmpty()) {
            throw SqsError.missingParameter("MessageBody");
          }
          if (body.getBytes(StandardCharsets.UTF_8).length > settings.largest()) {
            throw SqsError.invalidParameter(
                "One or more parameters are invalid. Reason: Message must be shorter than "
                    + settings.largest()
                    + " bytes.");
          }
          Instant now = clock.instant();
          forget(expired(now));
          StoredMessage message =
              journal.sent(
                  name,
                  id ->
                      new StoredMessage(
                          id,
                          body,
                          attributes,
                          now,
                          now.plus(delay.orElse(settings.delay())),
                          0,
                          Optional.empty()),
                  action);
          messages.put(message.id(), message);
          changed.signalAll();
          return message;
        });
  }

  /**
   * Receives messages and makes them invisible.
   *
   * @param visibility empty for the queue's default
   * @param longPoll how long to wait for a first message; empty for the queue's default
   * @throws InterruptedException when the waiting thread is interrupted
   */
  List<StoredMessage> receive(int most, Optional<Duration> visibility, Optional<Duration> longPoll)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = longPoll.orElse(settings.longPoll()).toNanos();
      List<StoredMessage> taken = take(most, visibility);
      while (taken.isEmpty() && left > 0) {
        long wait = Math.min(left, untilNextVisible());
        long unused = changed.awaitNanos(wait);
        left -= wait - Math.max(0, unused);
        taken = take(most, visibility);
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private List<StoredMessage> take(int most, Optional<Duration> visibility) {
    Instant now = clock.instant();
    forget(expired(now));
    List<StoredMessage> taken =
        messages.values().stream()
            .filter(message -> message.isVisible(now))
            .limit(most)
            .map(
                message ->
                    message.received(now, now.plus(visibility.orElse(settings.visibility()))))
            .toList();
    keep(taken);
    return taken;
  }

  /** The messages past the retention period, oldest first. */
  private List<StoredMessage> expired(Instant now) {
    return messages.values().stream()
        .takeWhile(message -> now.isAfter(message.sentAt().plus(settings.retention())))
        .toList();
  }

  private void forget(Collection<StoredMessage> gone) {
    gone.forEach(message -> messages.remove(message.id()));
    journal.changed(name, List.of(), gone);
  }

  private void keep(Collection<StoredMessage> other) {
    other.forEach(message -> messages.put(message.id(), message));
    journal.changed(name, other, List.of());
  }

  private long untilNextVisible() {
    Instant now = clock.instant();
    return messages.values().stream()
        .map(StoredMessage::visibleAt)
        .min(Comparator.naturalOrder())
        .map(time -> Math.max(TimeUnit.MILLISECONDS.toNanos(1), now.until(time).toNanos()))
        .orElse(Long.MAX_VALUE);
  }

  /**
   * Deletes the message, unless it was received again since. As in SQS, the caller does not learn
   * which happened.
   */
  void delete(ReceiptHandle handle) {
    locked(
        () -> {
          current(handle).ifPresent(message -> forget(List.of(message)));
          return true;
        });
  }

  /**
   * Hides a received message for {@code timeout}; zero makes it visible at once.
   *
   * @throws SqsError when the message is not in flight
   */
  void hide(ReceiptHandle handle, Duration timeout) {
    locked(
        () -> {
          StoredMessage message =
              current(handle)
                  .filter(found -> found.isInFlight(clock.instant()))
                  .orElseThrow(
                      () ->
                          new SqsError(
                              "MessageNotInflight",
                              "AWS.SimpleQueueService.MessageNotInflight",
                              "The message referred to isn't in flight."));
          keep(List.of(message.hiddenUntil(clock.instant().plus(timeout))));
          changed.signalAll();
          return true;
        });
  }

  private Optional<StoredMessage> current(ReceiptHandle handle) {
    return Optional.ofNullable(messages.get(handle.messageId()))
        .filter(message -> message.receives() == handle.receive());
  }

  void purge() {
    locked(
        () -> {
          forget(List.copyOf(messages.values()));
          return true;
        });
  }

  /** Deletes the queue with its messages. */
  void delete() {
    locked(
        () -> {
          gone = true;
          journal.forgot(name, messages.values());
          messages.clear();
          return true;
        });
  }

  /** All its attributes, with current counts. */
  Map<String, String> attributes() {
    return locked(
        () -> {
          Instant now = clock.instant();
          Map<String, String> all = new TreeMap<>(settings.values());
          all.put("QueueArn", name.arn());
          all.put("CreatedTimestamp", Long.toString(createdAt.getEpochSecond()));
          all.put("LastModifiedTimestamp", Long.toString(modifiedAt.getEpochSecond()));
          all.put("SqsManagedSseEnabled", "true");
          long inFlight = messages.values().stream().filter(m -> m.isInFlight(now)).count();
          long visible = messages.values().stream().filter(m -> m.isVisible(now)).count();
          all.put("ApproximateNumberOfMessages", Long.toString(visible));
          all.put("ApproximateNumberOfMessagesNotVisible", Long.toString(inFlight));
          all.put(
              "ApproximateNumberOfMessagesDelayed",
              Long.toString(messages.size() - visible - inFlight));
          return all;
        });
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }
}

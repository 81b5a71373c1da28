package io.ecsoperator.localecs.sqs;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/** A standard queue: at least once, in the order of sending where nothing was received twice. */
final class Queue {
  private final String name;
  private final String arn;
  private final InstantSource clock;
  private final Instant createdAt;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, StoredMessage> messages = new LinkedHashMap<>();
  private QueueSettings settings;
  private Instant modifiedAt;

  Queue(String name, String arn, QueueSettings settings, InstantSource clock) {
    this.name = name;
    this.arn = arn;
    this.clock = clock;
    this.settings = settings;
    this.createdAt = clock.instant();
    this.modifiedAt = createdAt;
  }

  String name() {
    return name;
  }

  QueueSettings settings() {
    return locked(() -> settings);
  }

  void set(QueueSettings next) {
    locked(
        () -> {
          settings = next;
          modifiedAt = clock.instant();
          return true;
        });
  }

  /**
   * Adds a message.
   *
   * @param delay empty for that of the queue
   * @throws SqsError for a message that is empty or too large
   */
  StoredMessage send(
      String body, Map<String, MessageAttributeValue> attributes, Optional<Duration> delay) {
    return locked(
        () -> {
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
          StoredMessage message =
              new StoredMessage(
                  UUID.randomUUID().toString(),
                  body,
                  attributes,
                  now,
                  now.plus(delay.orElse(settings.delay())),
                  0,
                  Optional.empty());
          messages.put(message.id(), message);
          changed.signalAll();
          return message;
        });
  }

  /**
   * Takes messages for a while.
   *
   * @param visibility empty for that of the queue
   * @param longPoll how long to wait for a first message; empty for that of the queue
   * @throws InterruptedException when the caller was told to stop waiting
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
    messages.values().removeIf(message -> now.isAfter(message.sentAt().plus(settings.retention())));
    List<StoredMessage> taken = new ArrayList<>();
    for (StoredMessage message : List.copyOf(messages.values())) {
      if (taken.size() == most) {
        break;
      }
      if (message.isVisible(now)) {
        StoredMessage received =
            message.received(now, now.plus(visibility.orElse(settings.visibility())));
        messages.put(received.id(), received);
        taken.add(received);
      }
    }
    return taken;
  }

  private long untilNextVisible() {
    Instant now = clock.instant();
    return messages.values().stream()
        .map(StoredMessage::visibleAt)
        .min(Comparator.naturalOrder())
        .map(time -> Math.max(TimeUnit.MILLISECONDS.toNanos(1), now.until(time).toNanos()))
        .orElse(Long.MAX_VALUE);
  }

  /** Deletes the message, unless it was received again since; never says which. */
  void delete(ReceiptHandle handle) {
    locked(
        () -> {
          current(handle).ifPresent(message -> messages.remove(message.id()));
          return true;
        });
  }

  /**
   * Hides a received message for {@code timeout} from now on; zero shows it at once.
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
          messages.put(message.id(), message.hiddenUntil(clock.instant().plus(timeout)));
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
          messages.clear();
          return true;
        });
  }

  /** All its attributes, with the counts of now. */
  Map<String, String> attributes() {
    return locked(
        () -> {
          Instant now = clock.instant();
          Map<String, String> all = new TreeMap<>(settings.values());
          all.put("QueueArn", arn);
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

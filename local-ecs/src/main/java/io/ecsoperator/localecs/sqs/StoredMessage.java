package io.ecsoperator.localecs.sqs;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/**
 * A message in a queue.
 *
 * @param visibleAt when it can be received, for the first time or again
 * @param receives how often it was received; the number in its newest receipt handle
 */
record StoredMessage(
    String id,
    String body,
    Map<String, MessageAttributeValue> attributes,
    Instant sentAt,
    Instant visibleAt,
    int receives,
    Optional<Instant> firstReceivedAt) {

  StoredMessage {
    attributes = Map.copyOf(attributes);
  }

  StoredMessage received(Instant now, Instant hiddenUntil) {
    return new StoredMessage(
        id,
        body,
        attributes,
        sentAt,
        hiddenUntil,
        receives + 1,
        Optional.of(firstReceivedAt.orElse(now)));
  }

  StoredMessage hiddenUntil(Instant time) {
    return new StoredMessage(id, body, attributes, sentAt, time, receives, firstReceivedAt);
  }

  boolean isVisible(Instant now) {
    return !now.isBefore(visibleAt);
  }

  /** Whether it was received and its visibility time-out has not passed. */
  boolean isInFlight(Instant now) {
    return receives > 0 && !isVisible(now);
  }
}

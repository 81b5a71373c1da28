package io.ecsoperator.localecs.sqs;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/**
 * A message in a queue.
 *
 * @param visibleAt from when on it can be received, first or again
 * @param receives how often it was received; its newest receipt handle names that number
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

  /** Whether somebody received it and has neither deleted it nor let its time pass. */
  boolean isInFlight(Instant now) {
    return receives > 0 && !isVisible(now);
  }
}

package io.ecsoperator.localecs.service;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.ecs.model.ServiceEvent;

/** The {@code events} of a service: the last hundred, newest first. */
final class ServiceEventLog {
  private static final int LIMIT = 100;
  private static final Duration SUPPRESSION = Duration.ofHours(6);

  private final String service;
  private final ArrayDeque<ServiceEvent> events = new ArrayDeque<>();
  private final Map<String, Instant> repeatable = new HashMap<>();
  private int sequence;

  ServiceEventLog(String service) {
    this.service = service;
  }

  /** Adds {@code (service NAME) text}. */
  void add(String text, Instant now) {
    append("(service " + service + ") " + text, now);
  }

  /** Adds {@code (service NAME, taskSet ID) text}. */
  void addOf(String taskSetId, String text, Instant now) {
    append("(service " + service + ", taskSet " + taskSetId + ") " + text, now);
  }

  private void append(String message, Instant now) {
    if (events.size() == LIMIT) {
      events.removeLast();
    }
    events.addFirst(
        ServiceEvent.builder()
            .id(
                UUID.nameUUIDFromBytes(
                        (message + now + sequence++).getBytes(StandardCharsets.UTF_8))
                    .toString())
            .createdAt(now)
            .message(message)
            .build());
  }

  /** Adds a text unless it was added in the last six hours; returns whether it was added. */
  boolean addOnce(String text, Instant now) {
    Instant last = repeatable.get(text);
    if (last == null || !now.isBefore(last.plus(SUPPRESSION))) {
      repeatable.put(text, now);
      add(text, now);
      return true;
    }
    return false;
  }

  List<ServiceEvent> all() {
    return List.copyOf(events);
  }
}

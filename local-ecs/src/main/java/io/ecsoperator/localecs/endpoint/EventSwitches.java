package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.event.EventDeliveryFaults;
import io.ecsoperator.localecs.event.EventRules;
import io.ecsoperator.localecs.protocol.Scope;
import java.time.Duration;

/**
 * The queue of the events and the faults of their delivery: {@code queue}, {@code region}, the
 * shares {@code duplicated}, {@code reordered} and {@code lost}, and {@code delayMillis}. Safe for
 * use by many threads.
 */
public final class EventSwitches {
  private static final String EVENTS = "POST events";

  private final Scope standard;
  private final EventRules rules;
  private final Changes changes;

  /**
   * @param standard account and region of requests that name no region
   */
  public EventSwitches(Scope standard, EventRules rules, Changes changes) {
    this.standard = standard;
    this.rules = rules;
    this.changes = changes;
    changes.add(EVENTS, this::change);
  }

  /**
   * Sends the events of the standard account and region to the queue, which is created if it does
   * not exist.
   */
  public void sendTo(String queue) {
    changes.make(EVENTS, JsonNodeFactory.instance.objectNode().put("queue", queue));
  }

  /** Sets the faults of event delivery. */
  public void set(EventDeliveryFaults deliveryFaults) {
    changes.make(EVENTS, write(JsonNodeFactory.instance.objectNode(), deliveryFaults));
  }

  private JsonNode change(JsonNode body) {
    EventDeliveryFaults deliveryFaults = read(body, rules.deliveryFaults());
    if (body.hasNonNull("queue")) {
      rules.send(scope(body), body.get("queue").asText());
    }
    rules.set(deliveryFaults);
    return shown(scope(body));
  }

  private Scope scope(JsonNode body) {
    return body.hasNonNull("region")
        ? new Scope(standard.account(), body.get("region").asText())
        : standard;
  }

  /** Answers {@code GET events}; on the world's thread. */
  JsonNode shown() {
    return shown(standard);
  }

  private JsonNode shown(Scope scope) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    rules.targets(scope).forEach(json.putArray("queues")::add);
    return write(json, rules.deliveryFaults());
  }

  private static EventDeliveryFaults read(JsonNode body, EventDeliveryFaults before) {
    return new EventDeliveryFaults(
        body.path("duplicated").asDouble(before.duplicated()),
        body.path("reordered").asDouble(before.reordered()),
        body.path("lost").asDouble(before.lost()),
        Duration.ofMillis(body.path("delayMillis").asLong(before.delay().toMillis())));
  }

  private static ObjectNode write(ObjectNode json, EventDeliveryFaults deliveryFaults) {
    return json.put("duplicated", deliveryFaults.duplicated())
        .put("reordered", deliveryFaults.reordered())
        .put("lost", deliveryFaults.lost())
        .put("delayMillis", deliveryFaults.delay().toMillis());
  }
}

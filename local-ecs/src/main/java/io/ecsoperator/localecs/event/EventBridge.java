package io.ecsoperator.localecs.event;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.world.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** Publishes the events of one account and region. Belongs to the world's thread. */
public final class EventBridge {
  private static final int LONGEST_HOLD_SECONDS = 10;

  private final Scope scope;
  private final World world;
  private final EventRules rules;
  private int published;

  public EventBridge(Scope scope, World world, EventRules rules) {
    this.scope = scope;
    this.world = world;
    this.rules = rules;
  }

  /** The time as event details contain it: ISO 8601 with milliseconds. */
  public static String time(Instant time) {
    return DateTimeFormatter.ISO_INSTANT.format(time);
  }

  /** Whether a queue receives the events of this account and region. */
  public boolean isListenedTo() {
    return !rules.targets(scope).isEmpty();
  }

  /** Publishes an event about {@code resource}, an ARN. */
  public void publish(String detailType, String resource, ObjectNode detail) {
    if (!isListenedTo()) {
      return;
    }
    String body = envelope(detailType, resource, detail).toString();
    EventDeliveryFaults deliveryFaults = rules.deliveryFaults();
    if (happens(deliveryFaults.lost())) {
      return;
    }
    Duration hold =
        happens(deliveryFaults.reordered())
            ? Duration.ofSeconds(world.random().nextInt(1, LONGEST_HOLD_SECONDS + 1))
            : Duration.ZERO;
    int copies = happens(deliveryFaults.duplicated()) ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      deliver(body, deliveryFaults.delay().plus(hold));
    }
  }

  private void deliver(String body, Duration after) {
    if (after.isZero()) {
      rules.deliver(scope, body);
    } else {
      world.after(after, () -> rules.deliver(scope, body));
    }
  }

  private boolean happens(double share) {
    return share > 0 && world.random().nextDouble() < share;
  }

  private ObjectNode envelope(String detailType, String resource, ObjectNode detail) {
    ObjectNode event =
        JsonNodeFactory.instance
            .objectNode()
            .put("version", "0")
            .put("id", id())
            .put("detail-type", detailType)
            .put("source", "aws.ecs")
            .put("account", scope.account())
            .put("time", time(world.now().truncatedTo(ChronoUnit.SECONDS)))
            .put("region", scope.region());
    event.putArray("resources").add(resource);
    event.set("detail", detail);
    return event;
  }

  /** A deterministic id, so that the same seed gives the same events. */
  private String id() {
    return UUID.nameUUIDFromBytes(
            (scope + " " + world.now() + " " + published++).getBytes(StandardCharsets.UTF_8))
        .toString();
  }
}

package io.ecsoperator.localecs.sqs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.state.Store;
import io.ecsoperator.sdkschema.SdkJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/**
 * Records the changes of queues and messages in the store, and numbers messages and actions. Safe
 * for use by many threads; it takes no other lock of this package.
 */
final class QueueJournal {
  private static final String SENT = "messages sent";
  private static final String ACTIONS = "actions of the world";

  private final Store store;
  private final long seed;
  private final SdkJson codec = new SdkJson();
  private long sent;
  private long actions;
  private long position;

  /** A recorded queue. */
  record WrittenQueue(
      QueueName name, Map<String, String> settings, Instant createdAt, Instant modifiedAt) {}

  /** A recorded message. */
  record WrittenMessage(QueueName queue, StoredMessage message) {}

  /**
   * @param seed the seed of message ids
   */
  QueueJournal(Store store, long seed) {
    this.store = store;
    this.seed = seed;
  }

  /** The number of the world's last action on queues. */
  synchronized long actions() {
    return actions;
  }

  /** Restarts both counts. */
  synchronized void clear() {
    sent = 0;
    actions = 0;
  }

  /** Records an action that changed no queue. */
  synchronized void done(long action) {
    actions = action;
    write(Map.of(ACTIONS, Optional.of(LongNode.valueOf(action))));
  }

  /** Records a queue that is new or has new settings. */
  synchronized void wrote(WrittenQueue queue) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ObjectNode settings = json.putObject("settings");
    queue.settings().forEach(settings::put);
    json.put("createdAt", queue.createdAt().toString());
    json.put("modifiedAt", queue.modifiedAt().toString());
    write(Map.of(key(queue.name()), Optional.of(json)));
  }

  /** Records the deletion of a queue with its messages. */
  synchronized void forgot(QueueName queue, Collection<StoredMessage> messages) {
    Map<String, Optional<JsonNode>> change = forgetting(queue, messages);
    change.put(key(queue), Optional.empty());
    write(change);
  }

  /**
   * Creates and records a message.
   *
   * @param withId creates the message from its id
   * @param action the number of the world's action, where the world sends it
   */
  synchronized StoredMessage sent(
      QueueName queue, Function<String, StoredMessage> withId, OptionalLong action) {
    sent++;
    StoredMessage message = withId.apply(id(sent));
    Map<String, Optional<JsonNode>> change = new LinkedHashMap<>();
    change.put(key(queue, message.id()), Optional.of(json(message)));
    change.put(SENT, Optional.of(LongNode.valueOf(sent)));
    action.ifPresent(
        number -> {
          actions = number;
          change.put(ACTIONS, Optional.of(LongNode.valueOf(number)));
        });
    write(change);
    return message;
  }

  /** Records changed and deleted messages. */
  synchronized void changed(
      QueueName queue, Collection<StoredMessage> changed, Collection<StoredMessage> gone) {
    if (changed.isEmpty() && gone.isEmpty()) {
      return;
    }
    Map<String, Optional<JsonNode>> change = forgetting(queue, gone);
    changed.forEach(message -> change.put(key(queue, message.id()), Optional.of(json(message))));
    write(change);
  }

  private static Map<String, Optional<JsonNode>> forgetting(
      QueueName queue, Collection<StoredMessage> messages) {
    Map<String, Optional<JsonNode>> change = new LinkedHashMap<>();
    messages.forEach(message -> change.put(key(queue, message.id()), Optional.empty()));
    return change;
  }

  private void write(Map<String, Optional<JsonNode>> change) {
    position = store.change(change);
  }

  /** Returns when everything recorded so far is on disk. */
  void force() {
    long reached;
    synchronized (this) {
      reached = position;
    }
    store.force(reached);
  }

  private String id(long number) {
    return UUID.nameUUIDFromBytes((seed + " " + number).getBytes(StandardCharsets.UTF_8))
        .toString();
  }

  /** Restores the counts from the values of a store. */
  synchronized void load(Map<String, JsonNode> values) {
    sent = Optional.ofNullable(values.get(SENT)).map(JsonNode::asLong).orElse(0L);
    actions = Optional.ofNullable(values.get(ACTIONS)).map(JsonNode::asLong).orElse(0L);
  }

  /** The queue in a stored value; empty if the value is not a queue. */
  static Optional<WrittenQueue> queue(String key, JsonNode value) {
    String[] parts = key.split("/");
    if (!parts[0].equals("queue")) {
      return Optional.empty();
    }
    Map<String, String> settings = new LinkedHashMap<>();
    value
        .path("settings")
        .properties()
        .forEach(setting -> settings.put(setting.getKey(), setting.getValue().asText()));
    return Optional.of(
        new WrittenQueue(
            name(parts),
            settings,
            Instant.parse(value.path("createdAt").asText()),
            Instant.parse(value.path("modifiedAt").asText())));
  }

  /** The message in a stored value; empty if the value is not a message. */
  Optional<WrittenMessage> message(String key, JsonNode value) {
    String[] parts = key.split("/");
    if (!parts[0].equals("message")) {
      return Optional.empty();
    }
    Map<String, MessageAttributeValue> attributes = new LinkedHashMap<>();
    value
        .path("attributes")
        .properties()
        .forEach(
            attribute ->
                attributes.put(
                    attribute.getKey(),
                    codec.decode(attribute.getValue(), MessageAttributeValue.class)));
    return Optional.of(
        new WrittenMessage(
            name(parts),
            new StoredMessage(
                parts[4],
                value.path("body").asText(),
                attributes,
                Instant.parse(value.path("sentAt").asText()),
                Instant.parse(value.path("visibleAt").asText()),
                value.path("receives").asInt(),
                Optional.ofNullable(value.get("firstReceivedAt"))
                    .map(time -> Instant.parse(time.asText())))));
  }

  private ObjectNode json(StoredMessage message) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("body", message.body());
    if (!message.attributes().isEmpty()) {
      ObjectNode attributes = json.putObject("attributes");
      message.attributes().forEach((name, value) -> attributes.set(name, codec.encode(value)));
    }
    json.put("sentAt", message.sentAt().toString());
    json.put("visibleAt", message.visibleAt().toString());
    json.put("receives", message.receives());
    message.firstReceivedAt().ifPresent(time -> json.put("firstReceivedAt", time.toString()));
    return json;
  }

  private static String key(QueueName queue) {
    return "queue/" + path(queue);
  }

  private static String key(QueueName queue, String messageId) {
    return "message/" + path(queue) + "/" + messageId;
  }

  private static String path(QueueName queue) {
    return queue.scope().account() + "/" + queue.scope().region() + "/" + queue.name();
  }

  private static QueueName name(String[] parts) {
    return new QueueName(new Scope(parts[1], parts[2]), parts[3]);
  }
}

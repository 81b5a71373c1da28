package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.faults.Lag;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.world.World;
import io.ecsoperator.sdkschema.SdkJson;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import software.amazon.awssdk.core.SdkResponse;

/**
 * Simulates eventual consistency: for the duration of the {@link Lag}, reads show a resource as it
 * was before a write. A created resource is missing from describe and list answers. A resource that
 * a write removes from a list is missing from it at once. Belongs to the world's thread.
 */
final class StaleReads {
  private final World world;
  private final Operations operations;
  private final RequestReader reader;
  private final SdkJson codec;
  private final Map<Resource, Deque<Old>> pending = new HashMap<>();
  private Lag lag;

  StaleReads(World world, Operations operations, RequestReader reader, SdkJson codec, Lag lag) {
    this.world = world;
    this.operations = operations;
    this.reader = reader;
    this.codec = codec;
    this.lag = lag;
  }

  private record Resource(Scope scope, ResourceKind kind, String arn) {}

  /**
   * The stale state that reads show instead of a resource.
   *
   * @param shown its description with everything included; empty when it did not exist
   */
  private record Old(Optional<ObjectNode> shown, int readsLeft, Instant until) {
    boolean isOver(Instant now) {
      return readsLeft == 0 && !now.isBefore(until);
    }

    Old readOnce() {
      return new Old(shown, Math.max(0, readsLeft - 1), until);
    }
  }

  Lag lag() {
    return lag;
  }

  /** Sets the lag for later writes; a lag of none makes all earlier writes visible at once. */
  void set(Lag changed) {
    lag = changed;
    if (changed.isNone()) {
      pending.clear();
    }
  }

  void clear() {
    pending.clear();
  }

  /** Whether reads can be stale, so that calls have to pass through this class. */
  boolean areOn() {
    return !lag.isNone() || !pending.isEmpty();
  }

  /** Carries out a write and keeps the state before it. */
  SdkResponse write(Received received) {
    Map<ResourceKind, List<ObjectNode>> before = before(received);
    SdkResponse answer = operations.carryOut(received);
    Instant until = world.now().plus(lag.time());
    touched(received, codec.encode(answer))
        .forEach(
            resource ->
                pending
                    .computeIfAbsent(resource, fresh -> new ArrayDeque<>())
                    .addLast(
                        new Old(
                            find(before.getOrDefault(resource.kind(), List.of()), resource),
                            lag.reads(),
                            until)));
    return answer;
  }

  /** The resources that the write may change, as ECS shows them before it. */
  private Map<ResourceKind, List<ObjectNode>> before(Received write) {
    Map<ResourceKind, List<ObjectNode>> before = new HashMap<>();
    for (ResourceKind kind : ResourceKind.values()) {
      List<ObjectNode> shown = new ArrayList<>();
      for (String reference : references(kind, write.body())) {
        description(kind, reference, write).ifPresent(shown::add);
      }
      before.put(kind, shown);
    }
    return before;
  }

  private static List<String> references(ResourceKind kind, JsonNode body) {
    List<String> references = new ArrayList<>();
    for (String name : kind.names()) {
      JsonNode value = body.path(name);
      if (value.isTextual()) {
        references.add(value.asText());
      }
      value.forEach(item -> references.add(item.asText()));
    }
    taggedArn(body)
        .filter(arn -> ResourceKind.ofArn(arn).equals(Optional.of(kind)))
        .ifPresent(references::add);
    return references;
  }

  private static Optional<String> taggedArn(JsonNode body) {
    return Optional.ofNullable(body.get("resourceArn")).map(JsonNode::asText);
  }

  /** The description of {@code reference}; empty when it does not exist. */
  private Optional<ObjectNode> description(ResourceKind kind, String reference, Received write) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    if (kind == ResourceKind.TASK_DEFINITION) {
      request.put(kind.one(), reference);
    } else {
      request.putArray(kind.several()).add(reference);
    }
    cluster(kind, reference, write.body()).ifPresent(cluster -> request.put("cluster", cluster));
    if (kind == ResourceKind.TASK_SET) {
      request.set("service", write.body().path("service"));
    }
    kind.included().forEach(request.putArray("include")::add);
    try {
      Received read = reader.read(write.scope(), kind.describing(), request);
      ObjectNode shown = codec.encode(operations.carryOut(read));
      return kind == ResourceKind.TASK_DEFINITION || !shown.path(kind.several()).isEmpty()
          ? Optional.of(shown)
          : Optional.empty();
    } catch (EcsError e) {
      return Optional.empty();
    }
  }

  private static Optional<String> cluster(ResourceKind kind, String reference, JsonNode body) {
    return switch (kind) {
      case CLUSTER, TASK_DEFINITION, CAPACITY_PROVIDER -> Optional.empty();
      case SERVICE, TASK, CONTAINER_INSTANCE, TASK_SET ->
          body.has("cluster") || !reference.startsWith("arn:")
              ? Optional.ofNullable(body.get("cluster")).map(JsonNode::asText)
              : Optional.of(reference.split("/")[1]);
    };
  }

  /** The resources that a write changed: those in its answer, or the one that it tagged. */
  private static List<Resource> touched(Received write, ObjectNode answer) {
    List<Resource> touched = new ArrayList<>();
    for (ResourceKind kind : ResourceKind.values()) {
      arn(kind, answer.path(kind.one()))
          .ifPresent(arn -> touched.add(new Resource(write.scope(), kind, arn)));
      answer
          .path(kind.several())
          .forEach(
              item ->
                  arn(kind, item)
                      .ifPresent(arn -> touched.add(new Resource(write.scope(), kind, arn))));
    }
    taggedArn(write.body())
        .ifPresent(
            arn ->
                ResourceKind.ofArn(arn)
                    .ifPresent(kind -> touched.add(new Resource(write.scope(), kind, arn))));
    return touched;
  }

  private static Optional<String> arn(ResourceKind kind, JsonNode resource) {
    return Optional.ofNullable(resource.get(kind.id())).map(JsonNode::asText);
  }

  private static Optional<ObjectNode> find(List<ObjectNode> shown, Resource resource) {
    return shown.stream()
        .filter(
            answer ->
                // A new revision also changes the answer to reads of the family.
                resource.kind() == ResourceKind.TASK_DEFINITION
                    || arn(resource.kind(), answer.path(resource.kind().several()).path(0))
                        .equals(Optional.of(resource.arn())))
        .findFirst();
  }

  /**
   * The answer with the state before recent writes.
   *
   * @throws EcsError where the read would fail before the recent writes
   */
  ObjectNode aged(Received read, ObjectNode answer) {
    if (read.operation().equals(ResourceKind.TASK_DEFINITION.describing())) {
      return agedDefinition(read, answer);
    }
    ResourceKind.describedBy(read.operation())
        .ifPresent(kind -> ageDescription(kind, read, answer));
    ResourceKind.listedBy(read.operation())
        .ifPresent(
            kind ->
                removeIf(
                    answer.withArray(kind.id() + "s"),
                    item ->
                        old(new Resource(read.scope(), kind, item.asText()))
                            .filter(old -> isUnknown(old, kind, item.asText()))
                            .isPresent()));
    return answer;
  }

  private ObjectNode agedDefinition(Received read, ObjectNode answer) {
    ResourceKind kind = ResourceKind.TASK_DEFINITION;
    String arn = arn(kind, answer.path(kind.one())).orElseThrow();
    Optional<Old> old = old(new Resource(read.scope(), kind, arn));
    if (old.isEmpty()) {
      return answer;
    }
    String reference = read.body().path(kind.one()).asText();
    boolean byFamily = !reference.substring(reference.lastIndexOf('/') + 1).contains(":");
    ObjectNode shown =
        old.get()
            .shown()
            .filter(before -> byFamily || !isUnknown(old.get(), kind, arn))
            .orElseThrow(() -> EcsError.client("Unable to describe task definition."))
            .deepCopy();
    if (!includes(read).test("TAGS")) {
      shown.remove("tags");
    }
    return shown;
  }

  /**
   * Whether the resource did not exist before the write, while an older revision may have existed.
   */
  private static boolean isUnknown(Old old, ResourceKind kind, String arn) {
    return old.shown().isEmpty()
        || (kind == ResourceKind.TASK_DEFINITION
            && !arn(kind, old.shown().get().path(kind.one())).equals(Optional.of(arn)));
  }

  private void ageDescription(ResourceKind kind, Received read, ObjectNode answer) {
    ArrayNode found = answer.withArray(kind.several());
    ArrayNode failures = answer.withArray("failures");
    int foundNow = found.size();
    for (int i = failures.size() - 1; i >= 0; i--) {
      String arn = failures.path(i).path("arn").asText();
      Optional<ObjectNode> before =
          pending.containsKey(new Resource(read.scope(), kind, arn))
              ? old(new Resource(read.scope(), kind, arn)).flatMap(Old::shown)
              : Optional.empty();
      if (before.isPresent()) {
        failures.remove(i);
        ObjectNode shown = (ObjectNode) before.get().path(kind.several()).path(0).deepCopy();
        found.add(onlyIncluded(shown, JsonNodeFactory.instance.objectNode(), includes(read)));
      }
    }
    for (int i = foundNow - 1; i >= 0; i--) {
      ObjectNode now = (ObjectNode) found.get(i);
      String arn = arn(kind, now).orElseThrow();
      Optional<Old> old = old(new Resource(read.scope(), kind, arn));
      if (old.isEmpty()) {
        continue;
      }
      if (old.get().shown().isPresent()) {
        JsonNode before = old.get().shown().get().path(kind.several()).path(0);
        found.set(i, onlyIncluded((ObjectNode) before.deepCopy(), now, includes(read)));
      } else {
        found.remove(i);
        failures.addObject().put("arn", arn).put("reason", "MISSING");
      }
    }
  }

  private static Predicate<String> includes(Received read) {
    List<String> included = new ArrayList<>();
    read.body().path("include").forEach(item -> included.add(item.asText()));
    return included::contains;
  }

  /** Takes members that the request did not include from the fresh answer. */
  private static ObjectNode onlyIncluded(
      ObjectNode shown, ObjectNode fresh, Predicate<String> included) {
    Map.of("TAGS", "tags", "SETTINGS", "settings", "CONFIGURATIONS", "configuration")
        .forEach(
            (name, member) -> {
              if (!included.test(name)) {
                shown.remove(member);
                Optional.ofNullable(fresh.get(member)).ifPresent(same -> shown.set(member, same));
              }
            });
    return shown;
  }

  private static void removeIf(ArrayNode list, Predicate<JsonNode> hidden) {
    for (Iterator<JsonNode> items = list.iterator(); items.hasNext(); ) {
      if (hidden.test(items.next())) {
        items.remove();
      }
    }
  }

  /** The stale state that this read shows instead of the resource; counts the read. */
  private Optional<Old> old(Resource resource) {
    Deque<Old> olds = pending.getOrDefault(resource, new ArrayDeque<>());
    Instant now = world.now();
    olds.removeIf(old -> old.isOver(now));
    if (olds.isEmpty()) {
      pending.remove(resource);
      return Optional.empty();
    }
    Optional<Old> shown = Optional.of(olds.getFirst());
    List<Old> left = olds.stream().map(Old::readOnce).toList();
    olds.clear();
    olds.addAll(left);
    return shown;
  }
}

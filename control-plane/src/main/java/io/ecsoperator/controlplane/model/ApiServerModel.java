package io.ecsoperator.controlplane.model;

import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What clients of a Kubernetes API server can observe of it, as far as the operator uses it:
 * objects with uid, generation, resource version, status subresource, finalizers and deletion;
 * create, read, list, update, merge patch, JSON patch, server-side apply and delete with their
 * conflicts; the events of watches. It knows no schemas: every object is valid. Objects of the
 * group of custom resources have a status subresource. Collecting garbage is a call of its own. For
 * use by one thread.
 */
public final class ApiServerModel {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STATUS = "status";
  private static final String METADATA = "metadata";
  private static final String RESOURCE_VERSION = "resourceVersion";
  private static final String FINALIZERS = "finalizers";
  private static final String MANAGED_FIELDS = "managedFields";

  /**
   * Where an object is stored.
   *
   * @param resource group, version and plural
   */
  private record Address(String resource, String namespace, String name)
      implements Comparable<Address> {
    @Override
    public int compareTo(Address other) {
      return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
      return resource + "/" + namespace + "/" + name;
    }
  }

  /** An object, and who has applied which of its fields; neither is changed. */
  private record Stored(ObjectNode object, FieldOwners owners, FieldOwners statusOwners) {
    FieldOwners ofSubresource(boolean status) {
      return status ? statusOwners : owners;
    }
  }

  /** An event of a watch. The object is not to be changed. */
  public record Event(long version, String resource, String type, ObjectNode object) {}

  /** A copy of etcd. */
  public static final class Backup {
    private final TreeMap<Address, Stored> objects;
    private final long version;

    private Backup(TreeMap<Address, Stored> objects, long version) {
      this.objects = objects;
      this.version = version;
    }
  }

  private final InstantSource clock;
  private final TreeMap<Address, Stored> objects = new TreeMap<>();
  private final List<Event> history = new ArrayList<>();
  private long version = 100;
  private long compacted = 100;
  private long uids;

  public ApiServerModel(InstantSource clock) {
    this.clock = clock;
  }

  /** Carries out a request; a watch is not one. */
  public ApiResponse handle(ApiRequest request) {
    try {
      return carryOut(request);
    } catch (RefusedRequest refused) {
      return refused.response();
    }
  }

  /** The resource version of the last change. */
  public long version() {
    return version;
  }

  /**
   * The events of a resource after a version; empty if the version is too old (410).
   *
   * @param resource group, version and plural, such as {@code apps/v1/deployments}
   */
  public Optional<List<Event>> since(String resource, long after) {
    if (after < compacted || after > version) {
      return Optional.empty();
    }
    int first = history.size();
    while (first > 0 && history.get(first - 1).version() > after) {
      first--;
    }
    return Optional.of(
        history.subList(first, history.size()).stream()
            .filter(event -> event.resource().equals(resource))
            .toList());
  }

  /** Forgets the events until now: a watch from an older version is answered with 410. */
  public void compact() {
    history.clear();
    compacted = version;
  }

  /** The objects of a resource, by namespace and name. */
  public List<ObjectNode> list(String resource) {
    return objects.entrySet().stream()
        .filter(stored -> stored.getKey().resource().equals(resource))
        .map(stored -> stored.getValue().object())
        .toList();
  }

  public Backup backup() {
    return new Backup(new TreeMap<>(objects), version);
  }

  /** Puts etcd back to a copy. The caller cuts all watches. */
  public void restore(Backup backup) {
    objects.clear();
    objects.putAll(backup.objects);
    history.clear();
    version = backup.version;
    compacted = version;
  }

  /** Deletes objects whose owners are all gone; returns whether there were any. */
  public boolean collectGarbage() {
    List<Address> dependents =
        objects.entrySet().stream()
            .filter(stored -> !owners(stored.getValue().object()).isEmpty())
            .filter(stored -> !isDeleting(stored.getValue().object()))
            .map(Map.Entry::getKey)
            .toList();
    if (dependents.isEmpty()) {
      return false;
    }
    Set<String> uids =
        objects.values().stream()
            .map(stored -> stored.object().at("/metadata/uid").asText())
            .collect(toSet());
    List<Address> orphans =
        dependents.stream()
            .filter(
                dependent ->
                    owners(require(dependent).object())
                        .valueStream()
                        .noneMatch(owner -> uids.contains(owner.path("uid").asText())))
            .toList();
    orphans.forEach(orphan -> delete(orphan, JsonNodeFactory.instance.objectNode()));
    return !orphans.isEmpty();
  }

  private static JsonNode owners(ObjectNode object) {
    return object.path(METADATA).path("ownerReferences");
  }

  private ApiResponse carryOut(ApiRequest request) {
    List<String> path = request.segments();
    int group = path.getFirst().equals("apis") ? 3 : 2;
    String prefix = String.join("/", path.subList(1, group));
    if (path.size() == group + 1) {
      return listed(prefix + "/" + path.get(group), "");
    }
    if (path.get(group).equals("namespaces") && path.size() == group + 2) {
      return read(new Address(prefix + "/namespaces", "", path.get(group + 1)));
    }
    String namespace = path.get(group + 1);
    String resource = prefix + "/" + path.get(group + 2);
    if (path.size() == group + 3) {
      return request.method().equals("POST")
          ? create(resource, namespace, body(request))
          : listed(resource, namespace);
    }
    Address address = new Address(resource, namespace, path.get(group + 3));
    boolean status = path.size() > group + 4;
    return switch (request.method()) {
      case "GET" -> read(address);
      case "PUT" -> update(address, status, body(request));
      case "DELETE" -> delete(address, body(request));
      case "PATCH" -> patch(address, status, request);
      default -> throw new IllegalArgumentException("Not modelled: " + request);
    };
  }

  private static ObjectNode body(ApiRequest request) {
    return request.body().isEmpty()
        ? JsonNodeFactory.instance.objectNode()
        : (ObjectNode) parse(request.body());
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private ApiResponse listed(String resource, String namespace) {
    ObjectNode list = JsonNodeFactory.instance.objectNode().put("kind", "List");
    list.putObject(METADATA).put(RESOURCE_VERSION, Long.toString(version));
    ArrayNode items = list.putArray("items");
    list(resource).stream()
        .filter(
            object ->
                namespace.isEmpty() || object.at("/metadata/namespace").asText().equals(namespace))
        .forEach(items::add);
    return ApiResponse.ok(list);
  }

  private ApiResponse read(Address address) {
    return ApiResponse.ok(require(address).object());
  }

  private Stored require(Address address) {
    Stored stored = objects.get(address);
    if (stored == null) {
      throw RefusedRequest.notFound(address.toString());
    }
    return stored;
  }

  private ApiResponse create(String resource, String namespace, ObjectNode body) {
    ObjectNode object = body.deepCopy();
    ObjectNode metadata = object.withObject("/" + METADATA);
    if (!metadata.hasNonNull("name")) {
      metadata.put("name", metadata.path("generateName").asText() + (uids + 1));
    }
    Address address = new Address(resource, namespace, metadata.path("name").asText());
    if (objects.containsKey(address)) {
      throw RefusedRequest.alreadyExists(address.toString());
    }
    uids++;
    metadata.put("namespace", namespace);
    metadata.put("uid", "00000000-0000-0000-0000-%012d".formatted(uids));
    metadata.put("creationTimestamp", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    metadata.put("generation", 1);
    metadata.remove(List.of(RESOURCE_VERSION, "deletionTimestamp", MANAGED_FIELDS));
    if (hasStatus(address)) {
      object.remove(STATUS);
    }
    return new ApiResponse(
        201, store(address, "ADDED", object, new FieldOwners(), new FieldOwners()));
  }

  private static boolean hasStatus(Address address) {
    return address.resource().contains(".io/") && !address.resource().contains(".k8s.io/");
  }

  private ApiResponse update(Address address, boolean status, ObjectNode body) {
    Stored stored = require(address);
    String base = body.path(METADATA).path(RESOURCE_VERSION).asText();
    if (base.isEmpty() && hasStatus(address)) {
      throw RefusedRequest.invalid("metadata.resourceVersion: must be specified for an update");
    }
    requireUid(stored, body.path(METADATA).path("uid").asText());
    return write(address, stored, status, body, "");
  }

  private static void requireUid(Stored stored, String uid) {
    if (!uid.isEmpty() && !stored.object().at("/metadata/uid").asText().equals(uid)) {
      throw RefusedRequest.conflict("Precondition failed: UID in precondition: " + uid);
    }
  }

  private ApiResponse patch(Address address, boolean status, ApiRequest request) {
    String manager = request.query().getOrDefault("fieldManager", "");
    return switch (request.contentType().split(";", 2)[0]) {
      case "application/apply-patch+yaml" -> apply(address, status, manager, body(request));
      case "application/merge-patch+json" ->
          patch(
              address,
              status,
              object -> (ObjectNode) Patches.merge(object, parse(request.body())),
              manager);
      case "application/json-patch+json" ->
          patch(address, status, object -> Patches.apply(object, parse(request.body())), manager);
      default -> throw new IllegalArgumentException("Not modelled: " + request.contentType());
    };
  }

  private ApiResponse patch(
      Address address, boolean status, UnaryOperator<ObjectNode> patch, String manager) {
    Stored stored = require(address);
    ObjectNode patched = patch.apply(stored.object());
    if (!patched.at("/metadata/uid").equals(stored.object().at("/metadata/uid"))) {
      throw RefusedRequest.invalid("metadata.uid: field is immutable");
    }
    return write(address, stored, status, patched, manager);
  }

  /** Server-side apply, by force. */
  private ApiResponse apply(
      Address address, boolean status, String manager, ObjectNode configuration) {
    String uid = configuration.path(METADATA).path("uid").asText();
    Stored stored = objects.get(address);
    if (stored == null && status) {
      throw RefusedRequest.notFound(address.toString());
    }
    if (stored == null) {
      if (!uid.isEmpty()) {
        throw RefusedRequest.conflict("uid mismatch: no existing object was found");
      }
      ObjectNode created = configuration.deepCopy();
      create(address.resource(), address.namespace(), created);
      Stored fresh = require(address);
      fresh.owners().apply(manager, JsonNodeFactory.instance.objectNode(), content(created, false));
      return new ApiResponse(201, fresh.object());
    }
    if (!status) {
      // Of what is applied to a status, the API server reads no metadata but the version.
      requireUid(stored, uid);
    }
    requireVersion(stored, configuration);
    FieldOwners owners = stored.ofSubresource(status).copy();
    ObjectNode content =
        owners.apply(manager, content(stored.object(), status), content(configuration, status));
    ObjectNode next = withContent(stored.object(), content, status);
    if (!status) {
      JsonNode applied = configuration.path(METADATA);
      for (String member : List.of("labels", "annotations")) {
        if (applied.has(member)) {
          next.withObject("/" + METADATA)
              .set(member, Patches.merge(next.path(METADATA).path(member), applied.path(member)));
        }
      }
    }
    return finish(
        address,
        stored,
        next,
        status ? stored.owners() : owners,
        status ? owners : stored.statusOwners());
  }

  /** What apply keeps account of: the spec, or the status. */
  private static ObjectNode content(ObjectNode object, boolean status) {
    ObjectNode content = JsonNodeFactory.instance.objectNode();
    String member = status ? STATUS : "spec";
    if (object.has(member)) {
      content.set(member, object.get(member));
    }
    return content;
  }

  private static ObjectNode withContent(ObjectNode object, ObjectNode content, boolean status) {
    ObjectNode next = object.deepCopy();
    next.remove(status ? STATUS : "spec");
    return next.setAll(content);
  }

  private static void requireVersion(Stored stored, JsonNode written) {
    String base = written.path(METADATA).path(RESOURCE_VERSION).asText();
    if (!base.isEmpty() && !stored.object().at("/metadata/resourceVersion").asText().equals(base)) {
      throw RefusedRequest.conflict(
          "the object has been modified; please apply your changes to the latest version");
    }
  }

  /** Replaces an object, or its status, on behalf of a client that does not apply. */
  private ApiResponse write(
      Address address, Stored stored, boolean status, ObjectNode written, String manager) {
    requireVersion(stored, written);
    ObjectNode present = stored.object();
    ObjectNode next = written.deepCopy();
    if (status) {
      next = withContent(present, content(written, true), true);
    } else {
      if (hasStatus(address)) {
        next = withContent(next, content(present, true), true);
      }
      ObjectNode metadata = next.withObject("/" + METADATA);
      for (String member :
          List.of(
              "name",
              "namespace",
              "uid",
              "creationTimestamp",
              "generation",
              "deletionTimestamp",
              "deletionGracePeriodSeconds")) {
        metadata.set(member, present.path(METADATA).get(member));
        if (metadata.get(member) == null || metadata.get(member).isNull()) {
          metadata.remove(member);
        }
      }
      if (metadata.path(FINALIZERS).isEmpty()) {
        metadata.remove(FINALIZERS);
      }
      requireNoNewFinalizer(present, next);
    }
    FieldOwners owners = stored.ofSubresource(status).copy();
    owners.written(content(present, status), content(next, status));
    if (!manager.isEmpty() && !sameBut(present, next)) {
      markManager(next, manager);
    }
    return finish(
        address,
        stored,
        next,
        status ? stored.owners() : owners,
        status ? owners : stored.statusOwners());
  }

  private static void requireNoNewFinalizer(ObjectNode present, ObjectNode next) {
    boolean added =
        next.at("/metadata/finalizers")
            .valueStream()
            .anyMatch(
                finalizer ->
                    present.at("/metadata/finalizers").valueStream().noneMatch(finalizer::equals));
    if (isDeleting(present) && added) {
      throw RefusedRequest.invalid(
          "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being"
              + " deleted");
    }
  }

  /** An entry without the fields, which are not modelled. */
  private static void markManager(ObjectNode object, String manager) {
    ArrayNode entries = object.withObject("/" + METADATA).withArray(MANAGED_FIELDS);
    if (entries.valueStream().noneMatch(entry -> entry.path("manager").asText().equals(manager))) {
      entries.addObject().put("manager", manager);
    }
  }

  private static boolean isDeleting(ObjectNode object) {
    return object.path(METADATA).has("deletionTimestamp");
  }

  private ApiResponse finish(
      Address address,
      Stored stored,
      ObjectNode next,
      FieldOwners owners,
      FieldOwners statusOwners) {
    ObjectNode present = stored.object();
    if (sameBut(present, next)) {
      objects.put(address, new Stored(present, owners, statusOwners));
      return ApiResponse.ok(present);
    }
    if (!withoutMetadataAndStatus(present).equals(withoutMetadataAndStatus(next))) {
      long generation = present.at("/metadata/generation").asLong();
      next.withObject("/" + METADATA).put("generation", generation + 1);
    }
    if (isDeleting(next) && next.at("/metadata/finalizers").isEmpty()) {
      return ApiResponse.ok(remove(address, next));
    }
    return ApiResponse.ok(store(address, "MODIFIED", next, owners, statusOwners));
  }

  /** A write that changes nothing leaves the resource version as it is. */
  private static boolean sameBut(ObjectNode present, ObjectNode next) {
    ObjectNode compared = next.deepCopy();
    compared
        .withObject("/" + METADATA)
        .set(RESOURCE_VERSION, present.path(METADATA).path(RESOURCE_VERSION));
    return compared.equals(present);
  }

  private static ObjectNode withoutMetadataAndStatus(ObjectNode object) {
    ObjectNode rest = JsonNodeFactory.instance.objectNode();
    rest.setAll(object);
    return rest.remove(List.of(METADATA, STATUS));
  }

  private ApiResponse delete(Address address, ObjectNode options) {
    Stored stored = require(address);
    requireUid(stored, options.path("preconditions").path("uid").asText());
    ObjectNode precondition = JsonNodeFactory.instance.objectNode();
    precondition.set(METADATA, options.path("preconditions"));
    requireVersion(stored, precondition);
    ObjectNode object = stored.object().deepCopy();
    if (object.at("/metadata/finalizers").isEmpty()) {
      return ApiResponse.ok(remove(address, object));
    }
    if (isDeleting(object)) {
      return ApiResponse.ok(stored.object());
    }
    ObjectNode metadata = object.withObject("/" + METADATA);
    metadata.put("deletionTimestamp", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    metadata.put("deletionGracePeriodSeconds", 0);
    metadata.put("generation", metadata.path("generation").asLong() + 1);
    return ApiResponse.ok(
        store(address, "MODIFIED", object, stored.owners(), stored.statusOwners()));
  }

  private ObjectNode store(
      Address address, String event, ObjectNode object, FieldOwners owners, FieldOwners status) {
    record(
        address, event, object, stored -> objects.put(address, new Stored(stored, owners, status)));
    return object;
  }

  /** The answer has the version from before the removal, and the event has a new one. */
  private ObjectNode remove(Address address, ObjectNode object) {
    ObjectNode answer = object.deepCopy();
    record(address, "DELETED", object, removed -> objects.remove(address));
    return answer;
  }

  private void record(
      Address address, String type, ObjectNode object, Consumer<ObjectNode> change) {
    version++;
    object.withObject("/" + METADATA).put(RESOURCE_VERSION, Long.toString(version));
    change.accept(object);
    history.add(new Event(version, address.resource(), type, object));
  }
}

package io.ecsoperator.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/**
 * Stores objects and serves them as a Kubernetes API server does, over TLS. It does what a training
 * run of the operator needs and checks nothing: a build of an image has no real API server.
 */
final class StubApiServer implements AutoCloseable {
  private static final int OK = 200;
  private static final int CREATED = 201;
  private static final int NOT_FOUND = 404;

  private static final Pattern PATH =
      Pattern.compile(
          "/(?<group>api/v1|apis/[^/]+/[^/]+)(/namespaces/(?<namespace>[^/]+))?"
              + "/(?<plural>[^/]+)(/(?<name>[^/]+))?(/status)?");

  private static final Pattern VERSION_IN_QUERY = Pattern.compile("resourceVersion=([0-9]+)");

  private final ObjectMapper json = new ObjectMapper();
  private final HttpsServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  // Guarded by this.
  private final Map<Key, ObjectNode> objects = new TreeMap<>();
  private final List<Event> events = new ArrayList<>();
  private final Map<String, ObjectNode> documents = new TreeMap<>();
  private long version = 1;
  private boolean closed;

  /** The key of an object; {@code namespace} is empty for an object without one. */
  private record Key(String collection, String namespace, String name) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      return toString().compareTo(other.toString());
    }
  }

  private record Event(long version, String collection, String line) {}

  StubApiServer(SSLContext tls) throws IOException {
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.setExecutor(executor);
    server.createContext("/", this::respond);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Creates an object at the path that the API server would have for it. */
  synchronized void create(String collection, String namespace, ObjectNode object) {
    ObjectNode metadata = object.withObject("/metadata");
    if (!namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    metadata.put("uid", UUID.randomUUID().toString());
    metadata.put("generation", 1);
    metadata.put("creationTimestamp", Instant.now().toString());
    store(new Key(collection, namespace, metadata.required("name").asText()), object, "ADDED");
  }

  /** Serves a document that is no object. */
  synchronized void serve(String path, ObjectNode document) {
    documents.put(path, document);
  }

  private synchronized Optional<ObjectNode> document(String path) {
    return Optional.ofNullable(documents.get(path));
  }

  /** All objects of a collection. */
  synchronized List<ObjectNode> objects(String collection) {
    return objects.entrySet().stream()
        .filter(entry -> entry.getKey().collection().equals(collection))
        .map(entry -> entry.getValue().deepCopy())
        .toList();
  }

  private void store(Key key, ObjectNode object, String type) {
    version++;
    object.withObject("/metadata").put("resourceVersion", Long.toString(version));
    objects.put(key, object);
    events.add(
        new Event(
            version,
            key.collection(),
            json.createObjectNode().put("type", type).set("object", object).toString()));
    notifyAll();
  }

  private void respond(HttpExchange exchange) throws IOException {
    try (exchange) {
      Optional<ObjectNode> document = document(exchange.getRequestURI().getPath());
      if (document.isPresent()) {
        send(exchange, OK, document.get());
        return;
      }
      Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
      if (!path.matches()) {
        notFound(exchange);
        return;
      }
      String collection = path.group("group") + "/" + path.group("plural");
      Optional<Key> key =
          Optional.ofNullable(path.group("name"))
              .map(
                  name ->
                      new Key(
                          collection,
                          Optional.ofNullable(path.group("namespace")).orElse(""),
                          name));
      switch (exchange.getRequestMethod()) {
        case "GET" -> {
          if (key.isPresent()) {
            sendOrNotFound(exchange, stored(key.get()));
          } else if (query(exchange).contains("watch=true")) {
            watch(exchange, collection);
          } else {
            send(exchange, OK, list(collection));
          }
        }
        case "POST" -> {
          ObjectNode object = body(exchange);
          create(collection, Optional.ofNullable(path.group("namespace")).orElse(""), object);
          send(exchange, CREATED, object);
        }
        case "PUT" -> {
          ObjectNode object = body(exchange);
          key.ifPresent(existing -> replace(existing, object));
          send(exchange, OK, object);
        }
        case "PATCH" -> {
          ObjectNode patch = body(exchange);
          sendOrNotFound(exchange, key.flatMap(existing -> patch(existing, patch)));
        }
        default -> notFound(exchange);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String query(HttpExchange exchange) {
    return Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
  }

  private ObjectNode body(HttpExchange exchange) throws IOException {
    return (ObjectNode) json.readTree(exchange.getRequestBody());
  }

  private synchronized Optional<ObjectNode> stored(Key key) {
    return Optional.ofNullable(objects.get(key)).map(ObjectNode::deepCopy);
  }

  private synchronized ObjectNode list(String collection) {
    ObjectNode list = json.createObjectNode().put("apiVersion", "v1").put("kind", "List");
    list.putObject("metadata").put("resourceVersion", Long.toString(version));
    list.putArray("items").addAll(objects(collection));
    return list;
  }

  private synchronized void replace(Key key, ObjectNode object) {
    store(key, object, "MODIFIED");
  }

  /** Merges the patch into the object, whatever type of patch it is. */
  private synchronized Optional<ObjectNode> patch(Key key, ObjectNode patch) {
    return stored(key)
        .map(
            object -> {
              merge(object, patch);
              store(key, object, "MODIFIED");
              return object;
            });
  }

  private static void merge(ObjectNode target, ObjectNode patch) {
    patch
        .properties()
        .forEach(
            member -> {
              JsonNode value = member.getValue();
              if (value instanceof ObjectNode changes
                  && target.get(member.getKey()) instanceof ObjectNode present) {
                merge(present, changes);
              } else {
                target.set(member.getKey(), value);
              }
            });
  }

  private void watch(HttpExchange exchange, String collection)
      throws IOException, InterruptedException {
    Matcher from = VERSION_IN_QUERY.matcher(query(exchange));
    long seen = from.find() ? Long.parseLong(from.group(1)) : 0;
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(OK, 0);
    OutputStream out = exchange.getResponseBody();
    out.flush();
    for (List<Event> newer = after(seen, collection);
        !newer.isEmpty();
        newer = after(seen, collection)) {
      for (Event event : newer) {
        out.write((event.line() + "\n").getBytes(StandardCharsets.UTF_8));
        seen = event.version();
      }
      out.flush();
    }
  }

  /** Waits for events; none when the server closes. */
  private synchronized List<Event> after(long seen, String collection) throws InterruptedException {
    while (!closed) {
      List<Event> newer =
          events.stream()
              .filter(event -> event.version() > seen && event.collection().equals(collection))
              .toList();
      if (!newer.isEmpty()) {
        return newer;
      }
      wait();
    }
    return List.of();
  }

  private void sendOrNotFound(HttpExchange exchange, Optional<ObjectNode> object)
      throws IOException {
    if (object.isPresent()) {
      send(exchange, OK, object.get());
    } else {
      notFound(exchange);
    }
  }

  private void notFound(HttpExchange exchange) throws IOException {
    ObjectNode status =
        json.createObjectNode()
            .put("apiVersion", "v1")
            .put("kind", "Status")
            .put("status", "Failure")
            .put("reason", "NotFound")
            .put("code", NOT_FOUND);
    send(exchange, NOT_FOUND, status);
  }

  private void send(HttpExchange exchange, int status, ObjectNode object) throws IOException {
    byte[] body = json.writeValueAsBytes(object);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    server.stop(0);
    executor.shutdownNow();
  }
}

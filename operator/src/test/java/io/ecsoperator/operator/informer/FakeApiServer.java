package io.ecsoperator.operator.informer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Serves clusters as an API server does. A test sets its objects and resource version, and what
 * watches answer.
 */
final class FakeApiServer implements AutoCloseable {
  private static final byte[] END = new byte[0];

  private final Map<String, String> objects = new ConcurrentSkipListMap<>();
  private final BlockingQueue<byte[]> events = new LinkedBlockingQueue<>();
  private final AtomicInteger lists = new AtomicInteger();
  private final HttpServer server;
  private volatile long version = 100;
  private volatile boolean watchesAreGone;

  FakeApiServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/apis/ecs-operator.io/v1alpha1/ecsclusters", this::respond);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  /** The JSON of a cluster at the next version. */
  String cluster(String name, String spec) {
    return cluster("team", name, "{}", spec);
  }

  /** The JSON of a cluster, with the members in the order in which the API server writes them. */
  String cluster(String namespace, String name, String annotations, String spec) {
    version++;
    return """
    {"apiVersion":"ecs-operator.io/v1alpha1","kind":"EcsCluster",\
    "metadata":{"annotations":%s,"generation":1,"labels":{"a":"b"},\
    "managedFields":[{"manager":"kubectl"}],"name":"%s","namespace":"%s",\
    "resourceVersion":"%d","uid":"uid-%s"},"spec":%s}\
    """
        .formatted(annotations, name, namespace, version, name, spec);
  }

  /** Lists show the object; no watch reports it. */
  void put(String namespace, String name, String annotations, String spec) {
    objects.put(name, cluster(namespace, name, annotations, spec));
  }

  /** Lists show the object; no watch reports it. */
  void put(String name, String spec) {
    objects.put(name, cluster(name, spec));
  }

  void remove(String name) {
    objects.remove(name);
  }

  /** The open watch, or the next one, reports this. */
  void send(String type, String object) {
    events.add(
        ("{\"type\":\"" + type + "\",\"object\":" + object + "}\n")
            .getBytes(StandardCharsets.UTF_8));
  }

  /** The open watch, or the next one, ends as at its time-out. */
  void endWatch() {
    events.add(END);
  }

  /** From now on each new watch is answered 410. */
  void refuseWatches() {
    watchesAreGone = true;
    endWatch();
  }

  /** An older copy of etcd was restored. */
  void restore(long olderVersion) {
    version = olderVersion;
    objects.clear();
  }

  /** The versions of a restored copy are raised, so that no watch continues. */
  void raiseVersion(long by) {
    version += by;
  }

  /** How many lists were read so far. */
  int lists() {
    return lists.get();
  }

  private void respond(HttpExchange exchange) throws IOException {
    try (exchange) {
      String query = exchange.getRequestURI().getQuery();
      if (!query.contains("watch=true")) {
        if (query.contains("limit=500")) {
          lists.incrementAndGet();
        }
        send(
            exchange,
            200,
            "{\"apiVersion\":\"v1\",\"items\":["
                + String.join(",", objects.values())
                + "],\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\""
                + version
                + "\"}}");
      } else if (watchesAreGone) {
        send(exchange, 410, "{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\"}");
      } else {
        watch(exchange);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private void watch(HttpExchange exchange) throws IOException, InterruptedException {
    exchange.sendResponseHeaders(200, 0);
    OutputStream body = exchange.getResponseBody();
    byte[] event = events.take();
    while (event.length > 0) {
      body.write(event);
      body.flush();
      event = events.take();
    }
  }

  @Override
  public void close() {
    endWatch();
    server.stop(0);
  }
}

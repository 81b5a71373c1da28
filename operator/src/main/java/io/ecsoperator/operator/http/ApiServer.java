package io.ecsoperator.operator.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.ecsoperator.operator.Scheduler;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP server for requests with a body and for responses that go on, one virtual thread for each
 * request. Connections, headers, bodies and the time of a request have limits.
 */
public final class ApiServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ApiServer.class);

  static final int MAX_BODY_BYTES = 256 * 1024;

  /** Of responses that clients have not taken yet; they all are in memory. */
  private static final int MOST_KIBIBYTES_UNDER_WAY = 48 * 1024;

  /** The JDK's server reads these once in a process. */
  private static final Map<String, String> LIMITS =
      Map.of(
          "sun.net.httpserver.nodelay", "true",
          "sun.net.httpserver.idleInterval", "60",
          "sun.net.httpserver.maxReqTime", "10",
          "sun.net.httpserver.maxReqHeaders", "64",
          "sun.net.httpserver.maxReqHeaderSize", "65536",
          "jdk.httpserver.maxConnections", "512");

  private static final String BEARER = "Bearer ";

  /** Responds to requests, on many threads. */
  @FunctionalInterface
  public interface Handler {
    Response handle(Request request) throws InterruptedException;
  }

  /**
   * A request.
   *
   * @param path as it was sent, with escapes
   * @param query as it was sent; empty without one
   * @param token of the header {@code Authorization: Bearer}
   */
  public record Request(
      String method,
      String path,
      String query,
      Optional<String> token,
      Map<String, String> headers,
      byte[] body,
      InetAddress client) {}

  /** A response. */
  public sealed interface Response {
    int status();

    String contentType();

    Map<String, String> headers();

    /** A response that is known as a whole. */
    record Whole(int status, String contentType, Map<String, String> headers, byte[] body)
        implements Response {}

    /** A response that goes on until its client or the server closes it. */
    record Stream(int status, String contentType, Map<String, String> headers, Writer writer)
        implements Response {}
  }

  /** Writes a response until it returns. */
  @FunctionalInterface
  public interface Writer {
    void write(OutputStream out) throws IOException, InterruptedException;
  }

  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("query-", 0).factory());
  private final Handler handler;
  private final Scheduler scheduler;
  private final Semaphore underWay = new Semaphore(MOST_KIBIBYTES_UNDER_WAY);

  private ApiServer(HttpServer server, Handler handler, Scheduler scheduler) {
    this.server = server;
    this.handler = handler;
    this.scheduler = scheduler;
  }

  /**
   * Begins to listen.
   *
   * @param port 0 for any free port
   * @param scheduler ends writes that take too long
   * @throws UncheckedIOException if the port is in use
   */
  public static ApiServer start(String host, int port, Handler handler, Scheduler scheduler) {
    LIMITS.forEach(
        (name, value) -> {
          if (System.getProperty(name) == null) {
            System.setProperty(name, value);
          }
        });
    try {
      ApiServer api =
          new ApiServer(
              HttpServer.create(new InetSocketAddress(host, port), 0), handler, scheduler);
      api.server.setExecutor(api.threads);
      api.server.createContext("/", api::serve);
      api.server.start();
      return api;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot listen on " + host + ":" + port + ": " + e.getMessage(), e);
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      send(exchange, response(exchange));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Response response(HttpExchange exchange) throws IOException, InterruptedException {
    byte[] body =
        exchange.getRequestMethod().equals("POST")
            ? exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1)
            : new byte[0];
    if (body.length > MAX_BODY_BYTES) {
      return Problem.of(413, "A body has at most " + MAX_BODY_BYTES + " bytes.").response();
    }
    try {
      return handler.handle(request(exchange, body));
    } catch (Problem problem) {
      return problem.response();
    } catch (RuntimeException | StackOverflowError e) {
      log.error("Unexpected error in a request of the query API", e);
      return Problem.of(500, "An unexpected error; the log of the operator has it.").response();
    }
  }

  private static Request request(HttpExchange exchange, byte[] body) {
    return new Request(
        exchange.getRequestMethod(),
        Optional.ofNullable(exchange.getRequestURI().getRawPath()).orElse(""),
        Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""),
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
            .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
            .map(value -> value.substring(BEARER.length()).strip())
            .filter(token -> !token.isEmpty()),
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Last-Event-ID"))
            .map(id -> Map.of("Last-Event-ID", id))
            .orElse(Map.of()),
        body,
        exchange.getRemoteAddress().getAddress());
  }

  private void send(HttpExchange exchange, Response response)
      throws IOException, InterruptedException {
    int kibibytes = response instanceof Response.Whole whole ? whole.body().length / 1024 : 0;
    if (!underWay.tryAcquire(kibibytes)) {
      write(
          exchange,
          Problem.of(503, "Clients have not taken too many responses yet.")
              .with("Retry-After", "10")
              .response());
      return;
    }
    try {
      write(exchange, response);
    } finally {
      underWay.release(kibibytes);
    }
  }

  private void write(HttpExchange exchange, Response response)
      throws IOException, InterruptedException {
    boolean isHead = exchange.getRequestMethod().equals("HEAD");
    exchange.getResponseHeaders().set("Content-Type", response.contentType());
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    response.headers().forEach(exchange.getResponseHeaders()::set);
    switch (response) {
      case Response.Whole whole -> {
        boolean isEmpty = isHead || whole.body().length == 0;
        exchange.sendResponseHeaders(whole.status(), isEmpty ? -1 : whole.body().length);
        if (!isEmpty) {
          output(exchange).write(whole.body());
        }
      }
      case Response.Stream stream -> {
        exchange.sendResponseHeaders(stream.status(), isHead ? -1 : 0);
        if (!isHead) {
          stream.writer().write(output(exchange));
        }
      }
    }
  }

  private OutputStream output(HttpExchange exchange) {
    return new TimedOutput(exchange.getResponseBody(), scheduler);
  }

  /** The body of a text in UTF-8. */
  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

package io.ecsoperator.localecs.endpoint;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The endpoint over HTTP, one virtual thread for each request. */
public final class HttpFront implements AutoCloseable {
  /** Longer than the SDK's standard read time-out of 30 s. */
  private static final Duration SILENCE = Duration.ofMinutes(1);

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ServiceDispatcher dispatcher;
  private final LocalRoutes routes;
  private final RequestFilter filter;

  /**
   * Starts to listen.
   *
   * @param address port 0 takes a free one
   * @throws IOException when the port is taken
   */
  public HttpFront(InetSocketAddress address, ServiceDispatcher dispatcher, LocalRoutes routes)
      throws IOException {
    this.dispatcher = dispatcher;
    this.routes = routes;
    this.filter = new RequestFilter(address.getHostString());
    // Read once by the JDK's server; without it small answers wait 40 ms for a delayed ACK.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    // Seconds; longer than clients keep a pooled connection, so that they close it, not the server.
    System.setProperty("sun.net.httpserver.idleInterval", "300");
    server = HttpServer.create(address, 0);
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  /** The base URL for clients, without a trailing slash. */
  public URI url() {
    InetAddress address = server.getAddress().getAddress();
    String host =
        address.isAnyLocalAddress()
            ? InetAddress.getLoopbackAddress().getHostAddress()
            : address.getHostAddress();
    return URI.create(
        "http://"
            + (host.contains(":") ? "[" + host + "]" : host)
            + ":"
            + server.getAddress().getPort());
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean isLocalRoute = exchange.getRequestURI().getPath().startsWith(LocalRoutes.PREFIX);
      Optional<String> refusal = filter.refusal(exchange, isLocalRoute);
      if (refusal.isPresent()) {
        refuse(exchange, HttpURLConnection.HTTP_FORBIDDEN, refusal.get());
        return;
      }
      Optional<byte[]> body = RequestFilter.body(exchange.getRequestBody());
      if (body.isEmpty()) {
        refuse(exchange, HttpURLConnection.HTTP_ENTITY_TOO_LARGE, "The body is too large.");
        return;
      }
      if (isLocalRoute) {
        routes.serve(exchange, body.get());
        return;
      }
      WireRequest request =
          new WireRequest(
              header(exchange, "X-Amz-Target"),
              header(exchange, "Authorization"),
              header(exchange, "Host"),
              body.get());
      switch (dispatcher.handle(request)) {
        case WireAnswer.Complete answer -> send(exchange, answer);
        case WireAnswer.ConnectionClosed _ -> {
          // Closing the exchange before its headers were sent closes the connection.
        }
        case WireAnswer.Silence _ -> keepSilent();
      }
    }
  }

  private static void refuse(HttpExchange exchange, int status, String message) throws IOException {
    byte[] text = (message + "\n").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    exchange.getResponseHeaders().set("Connection", "close");
    exchange.sendResponseHeaders(status, text.length);
    // At once: closing the exchange reads on, and the client may send nothing more.
    exchange.getResponseBody().write(text);
    exchange.getResponseBody().flush();
  }

  private static void send(HttpExchange exchange, WireAnswer.Complete answer) throws IOException {
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(answer.status(), answer.body().length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(answer.body());
    }
  }

  private static void keepSilent() {
    try {
      Thread.sleep(SILENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Optional<String> header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

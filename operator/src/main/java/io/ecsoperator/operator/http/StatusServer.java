package io.ecsoperator.operator.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** An HTTP server of a few pages, which are rendered on each request. */
public final class StatusServer implements AutoCloseable {
  private static final int STOP_SECONDS = 0;

  private final HttpServer server;

  private StatusServer(HttpServer server) {
    this.server = server;
  }

  /**
   * @param pages by path
   * @throws UncheckedIOException if the port is in use
   */
  public static StatusServer start(String host, int port, Map<String, Supplier<Page>> pages) {
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress(host, port), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      pages.forEach(
          (path, page) -> server.createContext(path, exchange -> respond(exchange, page)));
      server.start();
      return new StatusServer(server);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot listen on " + host + ":" + port + ": " + e.getMessage(), e);
    }
  }

  /** The response to a request of a path. */
  public record Page(int status, String contentType, String body) {
    public static Page text(int status, String body) {
      return new Page(status, "text/plain; charset=utf-8", body + "\n");
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(STOP_SECONDS);
  }

  private static void respond(HttpExchange exchange, Supplier<Page> source) throws IOException {
    try (exchange) {
      Page page = source.get();
      byte[] body = page.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", page.contentType());
      exchange.sendResponseHeaders(page.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }
}

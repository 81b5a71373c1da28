package io.ecsoperator.operator.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * An HTTP server of a few pages, which are rendered on each request. It reads no body and keeps no
 * connection after its response.
 *
 * <p>Any client on the network can open connections. The server keeps a fixed number of them: one
 * more closes the oldest, so that unfinished requests neither fill the memory nor keep a probe from
 * its response.
 */
public final class StatusServer implements AutoCloseable {
  static final int MAX_CONNECTIONS = 64;
  static final int MAX_HEADER_BYTES = 8 * 1024;

  private static final int BACKLOG = 256;
  private static final Duration MAX_TIME = Duration.ofSeconds(5);
  private static final long PAUSE_AFTER_FAILURE = Duration.ofMillis(10).toNanos();

  private final ServerSocket listener;
  private final Map<String, Supplier<Page>> pages;
  private final Duration maxTime;
  private final ConcurrentLinkedDeque<Socket> connections = new ConcurrentLinkedDeque<>();
  private final ScheduledExecutorService timeouts =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("http-timeouts").factory());

  private StatusServer(ServerSocket listener, Map<String, Supplier<Page>> pages, Duration maxTime) {
    this.listener = listener;
    this.pages = Map.copyOf(pages);
    this.maxTime = maxTime;
  }

  /**
   * @param pages by path
   * @throws UncheckedIOException if the port is in use
   */
  public static StatusServer start(String host, int port, Map<String, Supplier<Page>> pages) {
    return start(host, port, pages, MAX_TIME);
  }

  /**
   * @param maxTime after which a connection is closed, whatever its client does
   */
  static StatusServer start(
      String host, int port, Map<String, Supplier<Page>> pages, Duration maxTime) {
    try {
      StatusServer server =
          new StatusServer(
              new ServerSocket(port, BACKLOG, InetAddress.getByName(host)), pages, maxTime);
      Thread.ofPlatform().daemon().name("http-" + server.port()).start(server::accept);
      return server;
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
    return listener.getLocalPort();
  }

  int openConnections() {
    return connections.size();
  }

  @Override
  public void close() {
    close(listener);
    timeouts.shutdownNow();
    connections.forEach(StatusServer::close);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        add(listener.accept());
      } catch (IOException e) {
        // Closed, or no file descriptor is free: the next attempt may find one.
        LockSupport.parkNanos(PAUSE_AFTER_FAILURE);
      }
    }
  }

  private void add(Socket connection) {
    connections.add(connection);
    while (connections.size() > MAX_CONNECTIONS) {
      Optional.ofNullable(connections.poll()).ifPresent(StatusServer::close);
    }
    Thread.ofVirtual().start(() -> serve(connection));
  }

  private void serve(Socket connection) {
    var timeout =
        timeouts.schedule(() -> close(connection), maxTime.toNanos(), TimeUnit.NANOSECONDS);
    try (connection) {
      send(connection, page(header(connection.getInputStream())));
    } catch (IOException e) {
      // The client closed the connection, or the server did: there is no one to respond to.
    } finally {
      timeout.cancel(false);
      connections.remove(connection);
    }
  }

  /** The request up to the end of its header; empty if that is too long. */
  private static Optional<String> header(InputStream in) throws IOException {
    byte[] header = new byte[MAX_HEADER_BYTES];
    int length = 0;
    while (length < header.length) {
      int read = in.read(header, length, header.length - length);
      if (read < 0) {
        throw new IOException("The request ended in its header");
      }
      length += read;
      String text = new String(header, 0, length, StandardCharsets.ISO_8859_1);
      if (text.contains("\r\n\r\n")) {
        return Optional.of(text);
      }
    }
    return Optional.empty();
  }

  private Page page(Optional<String> header) {
    if (header.isEmpty()) {
      return Page.text(431, "The header of the request is too large.");
    }
    String[] request = header.get().lines().findFirst().orElse("").split(" ", -1);
    if (request.length != 3) {
      return Page.text(400, "Not an HTTP request.");
    }
    if (!request[0].equals("GET") && !request[0].equals("HEAD")) {
      return Page.text(405, "Only GET is possible.");
    }
    Supplier<Page> source = pages.get(request[1].split("\\?", 2)[0]);
    if (source == null) {
      return Page.text(404, "There is no such page.");
    }
    Page page = source.get();
    return request[0].equals("GET") ? page : new Page(page.status(), page.contentType(), "");
  }

  private static void send(Socket connection, Page page) throws IOException {
    byte[] body = page.body().getBytes(StandardCharsets.UTF_8);
    String header =
        "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(
                page.status(),
                page.status() < 400 ? "OK" : "Error",
                page.contentType(),
                body.length);
    var out = connection.getOutputStream();
    out.write(header.getBytes(StandardCharsets.ISO_8859_1));
    out.write(body);
    out.flush();
    connection.shutdownOutput();
  }

  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      // It is closed for its client all the same.
    }
  }
}

package io.ecsoperator.operator.informer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The body of a response, read by one thread. No read waits for longer than the reader's patience,
 * whatever the HTTP client does: a connection that is silent or lost ends in an exception.
 */
final class ResponseStream extends InputStream {
  private static final Duration UNTIL_HEADERS = Duration.ofSeconds(10);
  private static final int MAX_ERROR_BYTES = 64 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the HTTP client has delivered; the end of the body has no buffers. */
  private record Delivery(List<ByteBuffer> buffers, Optional<Throwable> failure) {
    boolean isEnd() {
      return buffers.isEmpty();
    }
  }

  private final AsyncBody body;
  private final BlockingQueue<Delivery> deliveries;
  private final Duration patience;
  private final Deque<ByteBuffer> unread = new ArrayDeque<>();
  private boolean ended;

  private ResponseStream(AsyncBody body, BlockingQueue<Delivery> deliveries, Duration patience) {
    this.body = body;
    this.deliveries = deliveries;
    this.patience = patience;
  }

  /**
   * Sends the request and returns the body of the response.
   *
   * @param patience how long a read waits for the next byte
   * @throws RefusedException if the response is an error
   */
  static ResponseStream open(HttpClient http, HttpRequest request, Duration patience)
      throws IOException {
    BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
    CompletableFuture<HttpResponse<AsyncBody>> response =
        http.consumeBytes(
            request,
            (buffers, body) ->
                deliveries.add(new Delivery(List.copyOf(buffers), Optional.empty())));
    HttpResponse<AsyncBody> head = awaitHead(response);
    head.body()
        .done()
        .whenComplete(
            (nothing, failure) ->
                deliveries.add(new Delivery(List.of(), Optional.ofNullable(failure))));
    ResponseStream stream = new ResponseStream(head.body(), deliveries, patience);
    if (!head.isSuccessful()) {
      try (stream) {
        throw new RefusedException(
            head.code(),
            message(new String(stream.readNBytes(MAX_ERROR_BYTES), StandardCharsets.UTF_8)));
      }
    }
    return stream;
  }

  /** The message of a Kubernetes Status; what has another form is returned as it is. */
  private static String message(String error) {
    try {
      return JSON.readTree(error).path("message").asText(error.strip());
    } catch (JsonProcessingException e) {
      return error.strip();
    }
  }

  private static HttpResponse<AsyncBody> awaitHead(
      CompletableFuture<HttpResponse<AsyncBody>> response) throws IOException {
    try {
      return response.get(UNTIL_HEADERS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // Should it come yet, its connection must not stay open.
      response.thenAccept(late -> late.body().cancel());
      response.cancel(true);
      throw new IOException("No response within " + UNTIL_HEADERS.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      response.thenAccept(late -> late.body().cancel());
      throw interrupted();
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!ended) {
      ByteBuffer next = unread.peek();
      if (next == null) {
        await();
      } else if (next.hasRemaining()) {
        int count = Math.min(length, next.remaining());
        next.get(bytes, offset, count);
        return count;
      } else {
        unread.remove();
      }
    }
    return -1;
  }

  private void await() throws IOException {
    body.consume();
    Delivery delivery;
    try {
      delivery = deliveries.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw interrupted();
    }
    if (delivery == null) {
      throw new IOException("No data within " + patience.toSeconds() + " s");
    }
    unread.addAll(delivery.buffers());
    ended = delivery.isEnd();
    if (delivery.failure().isPresent()) {
      throw new IOException(delivery.failure().get());
    }
  }

  @Override
  public void close() {
    body.cancel();
  }
}

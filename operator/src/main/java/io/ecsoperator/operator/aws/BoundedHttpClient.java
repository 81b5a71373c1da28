package io.ecsoperator.operator.aws;

import java.io.FilterInputStream;
import java.io.IOException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * Reads no more of a response than ECS ever sends, because the SDK keeps the whole body in memory.
 * A longer response fails the call. The body of an error is cut instead, so that its status still
 * decides how the failure is classified.
 */
final class BoundedHttpClient implements SdkHttpClient {
  /** A page of 100 tasks or 10 services with their events takes less than 1 MiB. */
  static final long MAX_BYTES = 8L << 20;

  static final long MAX_ERROR_BYTES = 64L << 10;

  private final SdkHttpClient client;

  BoundedHttpClient(SdkHttpClient client) {
    this.client = client;
  }

  /** Builds a bounded client from the one of {@code builder}. */
  record Builder(SdkHttpClient.Builder<?> builder) implements SdkHttpClient.Builder<Builder> {
    @Override
    public SdkHttpClient buildWithDefaults(AttributeMap defaults) {
      return new BoundedHttpClient(builder.buildWithDefaults(defaults));
    }
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    ExecutableHttpRequest prepared = client.prepareRequest(request);
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        return bounded(prepared.call());
      }

      @Override
      public void abort() {
        prepared.abort();
      }
    };
  }

  private static HttpExecuteResponse bounded(HttpExecuteResponse response) {
    boolean worked = response.httpResponse().isSuccessful();
    return HttpExecuteResponse.builder()
        .response(response.httpResponse())
        .responseBody(
            response
                .responseBody()
                .map(
                    body ->
                        AbortableInputStream.create(
                            new BoundedStream(body, worked ? MAX_BYTES : MAX_ERROR_BYTES, !worked),
                            body))
                .orElse(null))
        .build();
  }

  @Override
  public void close() {
    client.close();
  }

  @Override
  public String clientName() {
    return client.clientName();
  }

  private static final class BoundedStream extends FilterInputStream {
    private final AbortableInputStream body;
    private final boolean cuts;
    private long left;
    private boolean hasMore;

    /**
     * @param cuts whether the stream ends at the limit, instead of failing
     */
    BoundedStream(AbortableInputStream body, long limit, boolean cuts) {
      super(body);
      this.body = body;
      this.cuts = cuts;
      this.left = limit;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (left == 0) {
        return atLimit();
      }
      int read = in.read(buffer, offset, (int) Math.min(length, left));
      left -= Math.max(0, read);
      return read;
    }

    private int atLimit() throws IOException {
      if (in.read() < 0) {
        return -1;
      }
      hasMore = true;
      if (cuts) {
        return -1;
      }
      throw new IOException("The response is longer than " + (MAX_BYTES >> 20) + " MiB");
    }

    /** Closing would read the rest; the connection cannot be used again without that. */
    @Override
    public void close() throws IOException {
      if (hasMore) {
        body.abort();
      } else {
        in.close();
      }
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}

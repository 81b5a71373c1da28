package io.ecsoperator.localecs.endpoint;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;

/** Passes an SDK client's requests to the endpoint without a socket. */
public final class InProcessHttpClient implements SdkHttpClient {
  private final ServiceDispatcher dispatcher;

  public InProcessHttpClient(ServiceDispatcher dispatcher) {
    this.dispatcher = dispatcher;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        return send(request);
      }

      @Override
      public void abort() {
        // The SDK interrupts the calling thread as well; there is no connection to close.
      }
    };
  }

  private HttpExecuteResponse send(HttpExecuteRequest request) throws IOException {
    WireRequest wire =
        new WireRequest(
            request.httpRequest().firstMatchingHeader("X-Amz-Target"),
            request.httpRequest().firstMatchingHeader("Authorization"),
            Optional.of(request.httpRequest().host()),
            body(request));
    return switch (dispatcher.handle(wire)) {
      case WireAnswer.Complete answer -> response(answer);
      case WireAnswer.ConnectionClosed _ -> throw new SocketException("Connection reset");
      case WireAnswer.Silence _ -> throw new SocketTimeoutException("Read timed out");
    };
  }

  private static byte[] body(HttpExecuteRequest request) throws IOException {
    if (request.contentStreamProvider().isEmpty()) {
      return new byte[0];
    }
    try (InputStream in = request.contentStreamProvider().get().newStream()) {
      return in.readAllBytes();
    }
  }

  private static HttpExecuteResponse response(WireAnswer.Complete answer) {
    SdkHttpFullResponse.Builder response =
        SdkHttpFullResponse.builder()
            .statusCode(answer.status())
            .putHeader("Content-Length", Integer.toString(answer.body().length));
    answer.headers().forEach(response::putHeader);
    return HttpExecuteResponse.builder()
        .response(response.build())
        .responseBody(AbortableInputStream.create(new ByteArrayInputStream(answer.body())))
        .build();
  }

  @Override
  public String clientName() {
    return "LocalEcs";
  }

  @Override
  public void close() {
    // The caller that started the endpoint closes it; this client only uses it.
  }
}

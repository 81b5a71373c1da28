package io.ecsoperator.controlplane.model;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.http.StandardHttpHeaders;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.http.TlsVersion;
import io.fabric8.kubernetes.client.http.WebSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP client for fabric8's Kubernetes client that has each request answered by a function, in
 * the thread that sends it. It opens no watch.
 */
public final class ModelHttpClient implements HttpClient {

  /** Answers requests; an {@link IOException} is a connection that was lost. */
  @FunctionalInterface
  public interface Server {
    ApiResponse handle(ApiRequest request) throws IOException;
  }

  private final Server server;

  private ModelHttpClient(Server server) {
    this.server = server;
  }

  /** Makes clients of a server. */
  public static HttpClient.Factory factory(Server server) {
    return new Factory() {
      @Override
      public HttpClient.Builder newBuilder(Config config) {
        return newBuilder();
      }

      @Override
      public HttpClient.Builder newBuilder() {
        return new Unconfigured(new ModelHttpClient(server));
      }
    };
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, Class<T> type) {
    StandardHttpRequest sent = (StandardHttpRequest) request;
    try {
      ApiResponse answer =
          server.handle(
              ApiRequest.of(
                  sent.method(),
                  sent.uri(),
                  Objects.requireNonNullElse(sent.getContentType(), ""),
                  content(sent)));
      byte[] body = answer.body().toString().getBytes(StandardCharsets.UTF_8);
      return CompletableFuture.completedFuture(
          new Answer<>(Map.of(), answer.code(), type.cast(body), request));
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static String content(StandardHttpRequest request) {
    return switch (request.body()) {
      case StandardHttpRequest.StringBodyContent text -> text.getContent();
      case StandardHttpRequest.ByteArrayBodyContent bytes ->
          new String(bytes.getContent(), StandardCharsets.UTF_8);
      case null, default -> "";
    };
  }

  private static final class Answer<T> extends StandardHttpHeaders implements HttpResponse<T> {
    private final int code;
    private final T body;
    private final HttpRequest request;

    Answer(Map<String, List<String>> headers, int code, T body, HttpRequest request) {
      super(headers);
      this.code = code;
      this.body = body;
      this.request = request;
    }

    @Override
    public int code() {
      return code;
    }

    @Override
    public T body() {
      return body;
    }

    @Override
    public HttpRequest request() {
      return request;
    }

    @Override
    public Optional<HttpResponse<?>> previousResponse() {
      return Optional.empty();
    }
  }

  @Override
  public CompletableFuture<HttpResponse<AsyncBody>> consumeBytes(
      HttpRequest request, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    throw new UnsupportedOperationException("Not modelled: " + request.uri());
  }

  @Override
  public WebSocket.Builder newWebSocketBuilder() {
    throw new UnsupportedOperationException("Not modelled: web sockets");
  }

  @Override
  public HttpRequest.Builder newHttpRequestBuilder() {
    return new StandardHttpRequest.Builder();
  }

  @Override
  public HttpClient.DerivedClientBuilder newBuilder() {
    return new Unconfigured(this);
  }

  @Override
  public void close() {
    // There is no connection to close.
  }

  @Override
  public boolean isClosed() {
    return false;
  }

  /** Settings of connections have no meaning here. */
  private record Unconfigured(HttpClient client) implements HttpClient.Builder {
    @Override
    public HttpClient build() {
      return client;
    }

    @Override
    public HttpClient.Builder connectTimeout(long connectTimeout, TimeUnit unit) {
      return this;
    }

    @Override
    public HttpClient.Builder addOrReplaceInterceptor(
        String name, @Nullable Interceptor interceptor) {
      return this;
    }

    @Override
    public HttpClient.Builder authenticatorNone() {
      return this;
    }

    @Override
    public HttpClient.Builder sslContext(KeyManager[] keyManagers, TrustManager[] trustManagers) {
      return this;
    }

    @Override
    public HttpClient.Builder followAllRedirects() {
      return this;
    }

    @Override
    public HttpClient.Builder proxyAddress(InetSocketAddress proxyAddress) {
      return this;
    }

    @Override
    public HttpClient.Builder proxyAuthorization(String credentials) {
      return this;
    }

    @Override
    public HttpClient.Builder tlsVersions(TlsVersion... tlsVersions) {
      return this;
    }

    @Override
    public HttpClient.Builder tlsServerName(String tlsServerName) {
      return this;
    }

    @Override
    public HttpClient.Builder preferHttp11() {
      return this;
    }

    @Override
    public HttpClient.Builder proxyType(ProxyType type) {
      return this;
    }

    @Override
    public HttpClient.DerivedClientBuilder tag(Object value) {
      return this;
    }
  }
}

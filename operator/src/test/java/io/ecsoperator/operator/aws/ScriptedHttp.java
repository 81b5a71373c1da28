package io.ecsoperator.operator.aws;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/** An HTTP client that responds from a script and records the requests. */
final class ScriptedHttp implements SdkHttpClient {
  private interface ScriptedResponse {
    HttpExecuteResponse get() throws IOException;
  }

  record Asked(SdkHttpRequest head, String body) {}

  private final Deque<ScriptedResponse> script = new ArrayDeque<>();
  final List<Asked> asked = new ArrayList<>();

  ScriptedHttp answers(int status, String body) {
    return answers(status, body, Map.of("x-amzn-RequestId", "request-1"));
  }

  ScriptedHttp answers(int status, String body, Map<String, String> headers) {
    script.add(
        () -> {
          SdkHttpResponse.Builder response = SdkHttpResponse.builder().statusCode(status);
          headers.forEach(response::putHeader);
          return HttpExecuteResponse.builder()
              .response(response.build())
              .responseBody(AbortableInputStream.create(new ByteArrayInputStream(body.getBytes())))
              .build();
        });
    return this;
  }

  ScriptedHttp fails(IOException e) {
    script.add(
        () -> {
          throw e;
        });
    return this;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    asked.add(new Asked(request.httpRequest(), body(request)));
    ScriptedResponse scripted = script.remove();
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        return scripted.get();
      }

      @Override
      public void abort() {}
    };
  }

  private static String body(HttpExecuteRequest request) {
    return request
        .contentStreamProvider()
        .map(
            content -> {
              try (var stream = content.newStream()) {
                return new String(stream.readAllBytes());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .orElse("");
  }

  List<String> operations() {
    return asked.stream()
        .map(request -> request.head().firstMatchingHeader("X-Amz-Target").orElseThrow())
        .map(target -> target.substring(target.indexOf('.') + 1))
        .collect(Collectors.toList());
  }

  @Override
  public void close() {}
}

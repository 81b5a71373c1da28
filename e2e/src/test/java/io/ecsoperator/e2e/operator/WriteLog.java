package io.ecsoperator.e2e.operator;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The write requests of a client to the API server, also those that changed nothing. */
final class WriteLog implements Interceptor {
  private final List<String> writes = new CopyOnWriteArrayList<>();

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    if (!request.method().equals("GET")) {
      writes.add(request.method() + " " + request.uri().getPath());
    }
  }

  /** Method and path of each write, oldest first. */
  List<String> writes() {
    return List.copyOf(writes);
  }
}

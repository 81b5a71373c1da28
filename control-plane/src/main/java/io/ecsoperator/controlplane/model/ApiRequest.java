package io.ecsoperator.controlplane.model;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A request to the API server.
 *
 * @param segments of the path
 * @param body empty if there is none
 */
public record ApiRequest(
    String method,
    List<String> segments,
    Map<String, String> query,
    String contentType,
    String body) {

  public static ApiRequest of(String method, URI uri, String contentType, String body) {
    Map<String, String> query = new HashMap<>();
    for (String parameter : Objects.requireNonNullElse(uri.getQuery(), "").split("&", -1)) {
      String[] parts = parameter.split("=", 2);
      query.put(
          parts[0], parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return new ApiRequest(
        method, List.of(uri.getPath().substring(1).split("/")), query, contentType, body);
  }

  public boolean isRead() {
    return method.equals("GET");
  }

  @Override
  public String toString() {
    return method + " " + String.join("/", segments);
  }
}

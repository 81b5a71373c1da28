package io.ecsoperator.operator.informer;

import static io.ecsoperator.operator.informer.ObjectReader.TOKENS;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** Where the API server serves the objects of a kind, of one namespace or of all. */
final class ObjectsEndpoint {
  /** Bounds what the API server has to hold for one response. */
  private static final int PAGE_SIZE = 500;

  /** How long a list may pause within its response. */
  private static final Duration LIST_PATIENCE = Duration.ofSeconds(10);

  /** A watch that does not end by itself this long after its time is silent. */
  private static final Duration WATCH_PATIENCE = Duration.ofSeconds(5);

  private static final String METADATA_ONLY =
      "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

  private final HttpClient http;
  private final String url;

  private ObjectsEndpoint(HttpClient http, String url) {
    this.http = http;
    this.url = url;
  }

  /**
   * @param namespace empty for all namespaces
   */
  static ObjectsEndpoint of(
      KubernetesClient kubernetes, Class<? extends HasMetadata> type, Optional<String> namespace) {
    String scope = namespace.map(name -> "namespaces/" + name + "/").orElse("");
    return new ObjectsEndpoint(
        kubernetes.getHttpClient(),
        kubernetes.getMasterUrl()
            + "apis/"
            + HasMetadata.getGroup(type)
            + "/"
            + HasMetadata.getVersion(type)
            + "/"
            + scope
            + HasMetadata.getPlural(type));
  }

  /** The metadata of a list or of a page of one. */
  private record Page(String resourceVersion, String next) {}

  /**
   * Reads all objects as they are now, page by page; returns the resource version of the list.
   *
   * @param consumer takes each object
   */
  String list(Consumer<ObjectCopy> consumer) throws IOException {
    Page page = page("?limit=" + PAGE_SIZE, "application/json", consumer);
    while (!page.next().isEmpty()) {
      page =
          page(
              "?limit="
                  + PAGE_SIZE
                  + "&continue="
                  + URLEncoder.encode(page.next(), StandardCharsets.UTF_8),
              "application/json",
              consumer);
    }
    return page.resourceVersion();
  }

  /** The newest resource version, by the cheapest read that is consistent. */
  String newestVersion() throws IOException {
    return page("?limit=1", METADATA_ONLY, object -> {}).resourceVersion();
  }

  /** Opens a watch, which the API server ends after {@code length}. */
  ResponseStream watch(String resourceVersion, Duration length) throws IOException {
    return ResponseStream.open(
        http,
        request(
            "?watch=true&allowWatchBookmarks=true&timeoutSeconds="
                + length.toSeconds()
                + "&resourceVersion="
                + resourceVersion,
            "application/json"),
        length.plus(WATCH_PATIENCE));
  }

  private Page page(String query, String accept, Consumer<ObjectCopy> consumer) throws IOException {
    try (ResponseStream body = ResponseStream.open(http, request(query, accept), LIST_PATIENCE);
        JsonParser parser = TOKENS.createParser(body)) {
      String resourceVersion = "";
      String next = "";
      require(parser.nextToken() == JsonToken.START_OBJECT);
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String member = parser.currentName();
        JsonToken value = parser.nextToken();
        if (member.equals("items") && value == JsonToken.START_ARRAY) {
          while (parser.nextToken() == JsonToken.START_OBJECT) {
            ObjectCopy copy = new ObjectCopy();
            copy.read(parser);
            consumer.accept(copy);
          }
        } else if (member.equals("metadata") && value == JsonToken.START_OBJECT) {
          while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
              case "resourceVersion" -> resourceVersion = parser.getText();
              case "continue" -> next = parser.getText();
              default -> parser.skipChildren();
            }
          }
        } else {
          parser.skipChildren();
        }
      }
      require(parser.currentToken() == JsonToken.END_OBJECT && !resourceVersion.isEmpty());
      return new Page(resourceVersion, next);
    }
  }

  private static void require(boolean complete) throws IOException {
    if (!complete) {
      throw new IOException("The API server's list is not complete.");
    }
  }

  private HttpRequest request(String query, String accept) {
    return http.newHttpRequestBuilder()
        .uri(URI.create(url + query))
        .header("Accept", accept)
        .build();
  }

  @Override
  public String toString() {
    return Objects.toString(URI.create(url).getPath());
  }
}

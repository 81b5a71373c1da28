package io.ecsoperator.operator.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.ecsoperator.operator.http.ApiServer.Response;
import java.util.HashMap;
import java.util.Map;

/** The reason why a request is refused, as RFC 9457 describes problems. */
public final class Problem extends RuntimeException {
  private static final Map<Integer, String> TITLES =
      Map.ofEntries(
          Map.entry(400, "Bad Request"),
          Map.entry(401, "Unauthorized"),
          Map.entry(403, "Forbidden"),
          Map.entry(404, "Not Found"),
          Map.entry(405, "Method Not Allowed"),
          Map.entry(410, "Gone"),
          Map.entry(413, "Content Too Large"),
          Map.entry(415, "Unsupported Media Type"),
          Map.entry(422, "Unprocessable Content"),
          Map.entry(429, "Too Many Requests"),
          Map.entry(500, "Internal Server Error"),
          Map.entry(503, "Service Unavailable"));

  private final int status;
  private final String detail;
  private final transient Map<String, String> headers;

  private Problem(int status, String detail, Map<String, String> headers) {
    super(detail, null, false, false);
    this.status = status;
    this.detail = detail;
    this.headers = Map.copyOf(headers);
  }

  /**
   * @param detail for a person; never repeats a header of the request
   */
  public static Problem of(int status, String detail) {
    return new Problem(status, detail, Map.of());
  }

  /** The same problem with a header in its response. */
  public Problem with(String header, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(header, value);
    return new Problem(status, detail, more);
  }

  public int status() {
    return status;
  }

  public Response response() {
    String body =
        JsonNodeFactory.instance
            .objectNode()
            .put("type", "about:blank")
            .put("title", TITLES.getOrDefault(status, "Error"))
            .put("status", status)
            .put("detail", detail)
            .toString();
    return new Response.Whole(
        status, "application/problem+json", headers, ApiServer.bytes(body + "\n"));
  }
}

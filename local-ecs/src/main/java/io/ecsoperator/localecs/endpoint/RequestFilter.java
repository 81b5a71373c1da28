package io.ecsoperator.localecs.endpoint;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which requests are let in. local-ecs checks no signature, and the browser of a developer reaches
 * it: a web page must not be able to use it, neither by a cross-site request nor by a host name
 * that its owner points to 127.0.0.1.
 */
final class RequestFilter {
  /** A web page cannot send it to another origin, because local-ecs does not allow that. */
  static final String LOCAL_HEADER = "X-Local-Ecs";

  /** More than ECS and SQS take. */
  static final int MAX_BODY_BYTES = 4 << 20;

  /** Browsers send these, and clients of AWS do not. */
  private static final Set<String> OF_BROWSERS = Set.of("Origin", "Sec-Fetch-Site");

  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[[0-9a-f:.%]+]");

  /** Names that no one outside of the machine, cluster or company can point anywhere. */
  private static final Pattern PRIVATE =
      Pattern.compile("[a-z0-9_-]+|.+\\.(?:localhost|internal|svc|cluster\\.local)");

  private final String listensOn;

  /**
   * @param listensOn the host of the address that the server was started with
   */
  RequestFilter(String listensOn) {
    this.listensOn = listensOn.toLowerCase(Locale.ROOT);
  }

  /** Why the request is refused; empty if it is let in. */
  Optional<String> refusal(HttpExchange exchange, boolean isLocalRoute) {
    Headers headers = exchange.getRequestHeaders();
    Optional<String> ofBrowser = OF_BROWSERS.stream().filter(headers::containsKey).findFirst();
    if (ofBrowser.isPresent()) {
      return Optional.of(
          "A request with the header " + ofBrowser.get() + " comes from a web page.");
    }
    Optional<String> host =
        Optional.ofNullable(headers.getFirst("Host")).map(RequestFilter::withoutPort);
    if (host.filter(name -> !isOurs(name)).isPresent()) {
      return Optional.of(
          "local-ecs does not serve the host "
              + host.get()
              + ": use an IP address, localhost, or a name without a dot.");
    }
    return isLocalRoute && !headers.containsKey(LOCAL_HEADER)
        ? Optional.of("Send the header " + LOCAL_HEADER + ": true with requests to /_local.")
        : Optional.empty();
  }

  private boolean isOurs(String host) {
    return host.equals(listensOn)
        || ADDRESS.matcher(host).matches()
        || PRIVATE.matcher(host).matches();
  }

  private static String withoutPort(String host) {
    return host.toLowerCase(Locale.ROOT).replaceFirst(":[0-9]*$", "");
  }

  /** The body of a request; empty if it is too large. */
  static Optional<byte[]> body(InputStream in) throws IOException {
    byte[] body = in.readNBytes(MAX_BODY_BYTES + 1);
    return Optional.of(body).filter(bytes -> bytes.length <= MAX_BODY_BYTES);
  }
}

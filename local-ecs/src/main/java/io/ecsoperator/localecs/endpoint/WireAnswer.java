package io.ecsoperator.localecs.endpoint;

import java.util.Map;

/** What goes back to the caller, if anything does. */
sealed interface WireAnswer {
  /** A whole HTTP answer. */
  record Complete(int status, Map<String, String> headers, byte[] body) implements WireAnswer {}

  /** The connection is closed without a byte. */
  record ConnectionClosed() implements WireAnswer {}

  /** Nothing comes. */
  record Silence() implements WireAnswer {}
}

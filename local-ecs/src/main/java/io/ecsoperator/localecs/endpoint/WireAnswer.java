package io.ecsoperator.localecs.endpoint;

import java.util.Map;

/** What the caller gets. */
sealed interface WireAnswer {
  /** An HTTP answer. */
  record Complete(int status, Map<String, String> headers, byte[] body) implements WireAnswer {}

  /** The connection is closed without a byte. */
  record ConnectionClosed() implements WireAnswer {}

  /** The caller gets no answer until it gives up. */
  record Silence() implements WireAnswer {}
}

package io.ecsoperator.localecs.endpoint;

import java.util.Optional;

/**
 * What of an HTTP request matters.
 *
 * @param target the header {@code X-Amz-Target}
 * @param authorization the header {@code Authorization}
 * @param host the header {@code Host}: where the caller found this
 */
record WireRequest(
    Optional<String> target, Optional<String> authorization, Optional<String> host, byte[] body) {}

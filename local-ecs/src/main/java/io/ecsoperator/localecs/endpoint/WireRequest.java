package io.ecsoperator.localecs.endpoint;

import java.util.Optional;

/**
 * What of an HTTP request matters to ECS.
 *
 * @param target the header {@code X-Amz-Target}
 * @param authorization the header {@code Authorization}
 */
record WireRequest(Optional<String> target, Optional<String> authorization, byte[] body) {}

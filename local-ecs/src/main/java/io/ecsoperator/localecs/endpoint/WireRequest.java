package io.ecsoperator.localecs.endpoint;

import java.util.Optional;

/**
 * The parts of an HTTP request that local-ecs reads.
 *
 * @param target the header {@code X-Amz-Target}
 * @param authorization the header {@code Authorization}
 * @param host the header {@code Host}, for the URLs in answers
 */
record WireRequest(
    Optional<String> target, Optional<String> authorization, Optional<String> host, byte[] body) {}

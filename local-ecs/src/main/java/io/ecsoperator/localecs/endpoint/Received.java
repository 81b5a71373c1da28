package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.Scope;
import java.util.Optional;
import software.amazon.awssdk.core.SdkRequest;

/**
 * A request as far as it could be read: either {@code typed} or {@code error} is there.
 *
 * @param body as it came; empty when it is no JSON object
 */
record Received(
    Scope scope,
    String operation,
    JsonNode body,
    Optional<SdkRequest> typed,
    Optional<EcsError> error) {}

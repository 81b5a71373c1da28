package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.Scope;
import java.util.Optional;
import software.amazon.awssdk.core.SdkRequest;

/**
 * A request as far as it could be read: exactly one of {@code typed} and {@code error} is present.
 *
 * @param body as received; empty when it is not a JSON object
 */
record Received(
    Scope scope,
    String operation,
    JsonNode body,
    Optional<SdkRequest> typed,
    Optional<EcsError> error) {}

package io.ecsoperator.operator.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * What ECS answered.
 *
 * @param tree the response in the ECS API's own shape; absent members are left out
 * @param requestId the id under which AWS support finds the call
 */
public record Answer(ObjectNode tree, Optional<String> requestId) {}

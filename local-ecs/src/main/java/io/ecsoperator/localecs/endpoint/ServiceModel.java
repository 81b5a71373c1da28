package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.ecsoperator.sdkschema.SdkJson;
import io.ecsoperator.sdkschema.SdkOperation;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.SdkRequest;

/** The operations of one AWS service, as its SDK client knows them. */
final class ServiceModel {
  private final Map<String, SdkOperation> operations;
  private final SdkJson codec;

  ServiceModel(Class<? extends SdkClient> client, SdkJson codec) {
    this.operations = SdkOperation.all(client);
    this.codec = codec;
  }

  /**
   * Reads a request; empty when the service has no such operation.
   *
   * @throws io.ecsoperator.sdkschema.SdkJsonException where the body does not fit
   */
  Optional<SdkRequest> read(String operation, JsonNode body) {
    return Optional.ofNullable(operations.get(operation))
        .map(
            known -> {
              SdkRequest empty =
                  codec.decode(JsonNodeFactory.instance.objectNode(), known.requestType());
              return codec.decode(KnownMembers.only(empty.sdkFields(), body), known.requestType());
            });
  }
}

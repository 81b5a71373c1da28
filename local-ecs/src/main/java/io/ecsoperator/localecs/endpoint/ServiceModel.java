package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.ecsoperator.sdkschema.SdkJson;
import io.ecsoperator.sdkschema.SdkOperation;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.SdkRequest;

/**
 * The operations of one AWS service, as its SDK client knows them. They are found by reflection at
 * the first call, because loading their classes takes a while. Safe for use by many threads.
 */
final class ServiceModel {
  private final Class<? extends SdkClient> client;
  private final SdkJson codec;
  private Map<String, SdkOperation> operations = Map.of();

  ServiceModel(Class<? extends SdkClient> client, SdkJson codec) {
    this.client = client;
    this.codec = codec;
  }

  private synchronized Optional<SdkOperation> find(String operation) {
    if (operations.isEmpty()) {
      operations = SdkOperation.all(client);
    }
    return Optional.ofNullable(operations.get(operation));
  }

  /**
   * Reads a request; empty when the service has no such operation.
   *
   * @throws io.ecsoperator.sdkschema.SdkJsonException where the body does not fit
   */
  Optional<SdkRequest> read(String operation, JsonNode body) {
    return find(operation)
        .map(
            known -> {
              SdkRequest empty =
                  codec.decode(JsonNodeFactory.instance.objectNode(), known.requestType());
              return codec.decode(KnownMembers.only(empty.sdkFields(), body), known.requestType());
            });
  }
}

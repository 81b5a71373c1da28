package io.ecsoperator.localecs.endpoint;

import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.region.Regions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.SdkResponse;

/** Carries out ECS operations. Belongs to the world's thread. */
final class Operations {
  private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

  private final Regions regions;

  Operations(Regions regions) {
    this.regions = regions;
  }

  /**
   * Carries out one operation.
   *
   * @throws EcsError where ECS refuses the operation; ServerException for an error of local-ecs
   *     itself
   */
  SdkResponse carryOut(Received received) {
    received
        .error()
        .ifPresent(
            error -> {
              throw error;
            });
    String operation = received.operation();
    try {
      return regions
          .in(received.scope())
          .operations()
          .find(operation)
          .orElseThrow(
              () ->
                  new EcsError(
                      "UnsupportedFeatureException",
                      "local-ecs does not support " + operation + "."))
          .handle(received.typed().orElseThrow());
    } catch (EcsError e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.error("{} failed by a fault of local-ecs.", operation, e);
      throw new EcsError("ServerException", "local-ecs has a fault: " + e, 500);
    }
  }
}

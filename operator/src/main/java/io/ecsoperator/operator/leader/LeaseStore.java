package io.ecsoperator.operator.leader;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;

/**
 * One Lease object.
 *
 * <p>Every method throws {@link KubernetesClientException} if the API server rejects the request or
 * does not respond in time; a write may have taken effect then.
 */
interface LeaseStore {
  Optional<Lease> read();

  /** Creates the Lease; fails with code 409 if it exists. */
  Lease create(Lease lease);

  /**
   * Replaces the version that {@code lease} carries; fails with code 409 if it is not the newest.
   */
  Lease replace(Lease lease);
}

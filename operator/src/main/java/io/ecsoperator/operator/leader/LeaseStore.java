package io.ecsoperator.operator.leader;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;

/**
 * One Lease object.
 *
 * <p>Every method throws {@link KubernetesClientException} when the API server refuses or does not
 * answer in time; a write may have had its effect then.
 */
interface LeaseStore {
  Optional<Lease> read();

  /** Creates it; code 409 when it is there. */
  Lease create(Lease lease);

  /**
   * Replaces the version of it that {@code lease} carries; code 409 when that is not the newest.
   */
  Lease replace(Lease lease);
}

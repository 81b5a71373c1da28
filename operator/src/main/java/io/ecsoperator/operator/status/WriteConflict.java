package io.ecsoperator.operator.status;

import io.ecsoperator.crds.EcsResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/**
 * A write to an object that the API server refused, because it named an older version.
 *
 * @param object as it was to be written
 * @param version that the write named
 */
public record WriteConflict<R extends EcsResource<?>>(
    R object, String version, KubernetesClientException refusal) {

  /**
   * The present object, for the next attempt to write.
   *
   * @throws KubernetesClientException the refusal, if it has another reason, or if there is no
   *     newer version: the caller tries again after a pause
   * @throws ObjectGoneException if the object no longer exists, or is another one
   */
  public R next(KubernetesClient kubernetes) {
    if (refusal.getCode() != HttpURLConnection.HTTP_NOT_FOUND
        && refusal.getCode() != HttpURLConnection.HTTP_CONFLICT) {
      throw refusal;
    }
    R now = kubernetes.resource(object).get();
    if (now == null || !now.getMetadata().getUid().equals(object.getMetadata().getUid())) {
      throw new ObjectGoneException(object, refusal);
    }
    if (now.getMetadata().getResourceVersion().equals(version)) {
      throw refusal;
    }
    return now;
  }
}

package io.ecsoperator.operator.status;

import io.ecsoperator.crds.EcsResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/**
 * What to do after a write to an object, at a version that it named, has been refused.
 *
 * @param object as it was to be written
 * @param version that the write named
 */
public record WriteConflict<R extends EcsResource<?>>(
    R object, String version, KubernetesClientException refusal) {

  /**
   * The object as somebody else has changed it meanwhile, to write to again.
   *
   * @throws KubernetesClientException the refusal, where it has another reason
   * @throws ObjectGoneException when the object is no longer there, or is another one
   */
  public R next(KubernetesClient kubernetes) {
    if (refusal.getCode() != HttpURLConnection.HTTP_NOT_FOUND
        && refusal.getCode() != HttpURLConnection.HTTP_CONFLICT) {
      throw refusal;
    }
    R now = kubernetes.resource(object).get();
    if (now == null
        || !now.getMetadata().getUid().equals(object.getMetadata().getUid())
        || now.getMetadata().getResourceVersion().equals(version)) {
      throw new ObjectGoneException(object, refusal);
    }
    return now;
  }
}

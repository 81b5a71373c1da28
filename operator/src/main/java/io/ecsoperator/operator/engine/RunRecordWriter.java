package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.operator.desired.Annotations;
import io.ecsoperator.operator.leader.Leadership;
import io.ecsoperator.operator.status.ObjectGoneException;
import io.ecsoperator.operator.status.StaleStatusException;
import io.ecsoperator.operator.status.StatusStore;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.Optional;

/**
 * Writes the record of what has run into an annotation of one object, during one reconcile. The
 * record is written before the status, so that a backup with the one has the other too.
 */
final class RunRecordWriter<R extends EcsResource<?>> {
  private final KubernetesClient kubernetes;
  private final StatusStore statuses;
  private final Leadership leadership;
  private R object;

  RunRecordWriter(
      KubernetesClient kubernetes, StatusStore statuses, Leadership leadership, R object) {
    this.leadership = leadership;
    this.kubernetes = kubernetes;
    this.statuses = statuses;
    this.object = object;
  }

  /** The object as it was last written. */
  R object() {
    return object;
  }

  /**
   * Writes the record if there is one and it differs; returns the object as it is then.
   *
   * @throws StaleStatusException if the object has changed since it was read
   * @throws ObjectGoneException if the object no longer exists
   */
  R keep(Optional<String> runRecord) {
    if (runRecord.isPresent() && !runRecord.equals(Annotations.runRecord(object))) {
      write(runRecord.get());
    }
    return object;
  }

  private void write(String runRecord) {
    leadership.require();
    try {
      object =
          kubernetes
              .resource(object)
              .patch(PatchContext.of(PatchType.JSON_MERGE), patch(runRecord));
    } catch (KubernetesClientException e) {
      switch (e.getCode()) {
        case HttpURLConnection.HTTP_NOT_FOUND -> throw new ObjectGoneException(object, e);
        case HttpURLConnection.HTTP_CONFLICT -> throw new StaleStatusException(object);
        default -> throw e;
      }
    }
  }

  private String patch(String runRecord) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch
        .putObject("metadata")
        .put("uid", object.getMetadata().getUid())
        .put("resourceVersion", statuses.newestVersion(object))
        .putObject("annotations")
        .put(Annotations.RUN_RECORD, runRecord);
    return patch.toString();
  }
}

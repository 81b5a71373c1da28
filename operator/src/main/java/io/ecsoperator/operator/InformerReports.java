package io.ecsoperator.operator;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.operator.engine.CachedObjects;
import io.ecsoperator.operator.engine.ReconcileTrigger;
import io.ecsoperator.operator.informer.InformerListener;
import io.ecsoperator.operator.informer.UnreadableObject;
import io.ecsoperator.operator.status.EventReason;
import io.ecsoperator.operator.status.EventRecorder;
import io.ecsoperator.operator.status.StatusStore;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import java.util.concurrent.Executor;

/**
 * What follows from what the informers find out.
 *
 * @param inOrder runs one task after another: thousands of objects may be unreadable at once, and
 *     their Events must not hold up other requests, such as those for the Lease
 */
record InformerReports(
    StatusStore statuses,
    CachedObjects objects,
    ReconcileTrigger trigger,
    EventRecorder events,
    Executor inOrder)
    implements InformerListener {

  @Override
  public void restored() {
    statuses.restored();
    objects.restored();
    trigger.enqueueAll();
  }

  @Override
  public void unreadable(UnreadableObject object) {
    // The informer goes on with other objects while the API server takes the Event.
    inOrder.execute(() -> record(object));
  }

  private void record(UnreadableObject object) {
    events.record(
        new GenericKubernetesResourceBuilder()
            .withApiVersion(EcsResource.GROUP + "/" + EcsResource.VERSION)
            .withKind(object.key().kind())
            .withNewMetadata()
            .withNamespace(object.key().namespace())
            .withName(object.key().name())
            .withUid(object.uid())
            .endMetadata()
            .build(),
        EventRecorder.Type.WARNING,
        EventReason.UNREADABLE.toString(),
        "The operator cannot read this object and leaves ECS as it is: " + object.why());
  }
}

package io.ecsoperator.operator.engine;

import io.ecsoperator.operator.desired.Annotations;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import java.util.Objects;

/**
 * Accepts the updates that trigger a reconcile: a change of the spec or of this operator's
 * annotations, a deletion, and a removed finalizer. A change of the status does not, because only
 * the operator writes it.
 */
public final class RelevantUpdates<R extends HasMetadata> implements OnUpdateFilter<R> {

  @Override
  public boolean accept(R now, R before) {
    return !Objects.equals(now.getMetadata().getGeneration(), before.getMetadata().getGeneration())
        || now.isMarkedForDeletion() != before.isMarkedForDeletion()
        || !Objects.equals(now.getMetadata().getUid(), before.getMetadata().getUid())
        || !Annotations.ours(now).equals(Annotations.ours(before))
        || before.hasFinalizer(Finalizer.NAME) && !now.hasFinalizer(Finalizer.NAME);
  }
}

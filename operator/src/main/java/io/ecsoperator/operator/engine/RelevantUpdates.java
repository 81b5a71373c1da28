package io.ecsoperator.operator.engine;

import io.ecsoperator.operator.desired.Annotations;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import java.util.Objects;

/**
 * What makes an object worth a look: its spec, this operator's annotations, its deletion, and a
 * finalizer that somebody took away. Its status is not: only the operator writes it.
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

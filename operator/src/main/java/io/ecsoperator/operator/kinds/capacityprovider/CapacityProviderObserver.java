package io.ecsoperator.operator.kinds.capacityprovider;

import io.ecsoperator.crds.capacityprovider.EcsCapacityProviderStatus;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.desired.Dependents;
import io.ecsoperator.operator.desired.ReferenceField;
import io.ecsoperator.operator.desired.References;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.ReconcileContext;
import java.util.List;

/** Reads a capacity provider, and what refers to it. */
final class CapacityProviderObserver
    implements Kind.Observer<EcsCapacityProviderStatus, CapacityProviderObservation> {
  private final References references;
  private final Dependents dependents;
  private final List<ReferenceField> fields;

  CapacityProviderObserver(
      References references, Dependents dependents, List<ReferenceField> fields) {
    this.references = references;
    this.dependents = dependents;
    this.fields = fields;
  }

  @Override
  public CapacityProviderObservation observe(
      ReconcileContext<EcsCapacityProviderStatus> context, EcsReader ecs) {
    return new CapacityProviderObservation(
        references.resolve(context.desired(), fields),
        ecs.read(
            CapacityProviderResource.ref(context.desired().nameOr("name")), context.freshness()),
        context.deleting() ? dependents.of(context.desired().key()) : List.of());
  }
}

package io.ecsoperator.operator.kinds.capacityprovider;

import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Dependents.Dependent;
import io.ecsoperator.operator.desired.References;
import java.util.List;

/**
 * What was observed of a capacity provider.
 *
 * @param dependents the objects that have to be gone before it; read only while deleting
 */
record CapacityProviderObservation(
    References.Resolved references, Observation provider, List<Dependent> dependents) {}

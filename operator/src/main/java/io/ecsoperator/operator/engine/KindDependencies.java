package io.ecsoperator.operator.engine;

import io.ecsoperator.operator.desired.Dependents;
import io.ecsoperator.operator.desired.KubernetesObjects;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.desired.References;

/** What every kind is built from. */
public record KindDependencies(KubernetesObjects objects, Ownership ownership, Timing timing) {

  public References references() {
    return new References(objects);
  }

  public Dependents dependents() {
    return new Dependents(objects);
  }
}

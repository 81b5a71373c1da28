package io.ecsoperator.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Identifies a custom resource. */
public record ObjectKey(String kind, String namespace, String name) {
  public static ObjectKey of(HasMetadata object) {
    return new ObjectKey(
        object.getKind(), object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  @Override
  public String toString() {
    return kind + " " + namespace + "/" + name;
  }
}

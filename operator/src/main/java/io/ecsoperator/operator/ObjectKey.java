package io.ecsoperator.operator;

/** A custom resource, as logs and Events name it. */
public record ObjectKey(String kind, String namespace, String name) {
  @Override
  public String toString() {
    return kind + " " + namespace + "/" + name;
  }
}

package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Brings what a spec asks for and what a describe answer shows of one thing to the same comparable
 * shape: that of the create request, without members that cannot be compared.
 */
public final class Projection {

  /**
   * The comparable tree of a spec.
   *
   * @param awsPart CreateCluster, CreateService or RegisterTaskDefinition, references resolved
   */
  public ObjectNode desired(Shape shape, ObjectNode awsPart) {
    throw new UnsupportedOperationException();
  }

  /**
   * The comparable tree of what ECS describes.
   *
   * @param described Cluster, Service or TaskDefinition; for the last one with the {@code tags} of
   *     the describe answer as a member
   */
  public ObjectNode observed(Shape shape, ObjectNode described) {
    throw new UnsupportedOperationException();
  }
}

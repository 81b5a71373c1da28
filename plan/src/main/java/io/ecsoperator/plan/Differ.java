package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;

/** Compares comparable trees (see {@link Projection}) field by field, by ECS's own equivalences. */
public final class Differ {

  /**
   * Three-way: the fields of {@code desired} that differ, and those in {@code appliedPaths} that
   * {@code desired} no longer has while {@code observed} holds them at another than their reset
   * value ({@code to} is missing). Fields set by neither never differ.
   *
   * @param ignoreFields paths that somebody else owns; they and what is below them never differ
   */
  public List<FieldChange> diff(
      Shape shape,
      ObjectNode desired,
      ObjectNode observed,
      Collection<String> appliedPaths,
      Collection<String> ignoreFields) {
    throw new UnsupportedOperationException();
  }

  /**
   * Two-way, for the immutable body of a task definition: also what {@code observed} has and {@code
   * desired} has not differs, unless ECS fills it in or it is a default. Tags are not compared.
   */
  public List<FieldChange> diffBody(
      ObjectNode desired, ObjectNode observed, Collection<String> ignoreFields) {
    throw new UnsupportedOperationException();
  }

  /**
   * {@code desired} with the fields that somebody else owns as they are in {@code observed}: what
   * to register when a new revision must keep, for example, an image that a pipeline has set.
   */
  public ObjectNode yielding(
      Shape shape, ObjectNode desired, ObjectNode observed, Collection<String> ignoreFields) {
    throw new UnsupportedOperationException();
  }
}

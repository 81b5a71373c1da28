package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The paths of the fields that a desired tree sets: what to keep for the next three-way diff. */
public final class AppliedPaths {
  private AppliedPaths() {}

  /**
   * Sorted paths; an atomic list counts as one field, items of keyed lists go by their key. Of a
   * task definition only the tags, since its body is compared two-way.
   */
  public static List<String> of(Shape shape, ObjectNode desired) {
    throw new UnsupportedOperationException();
  }
}

package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A versioned hash of a register request: {@code v1-<hex>}, at most 256 characters. */
public final class SpecHash {

  /** The hash; the order of members and the form of numbers do not count, tags are left out. */
  public String of(ObjectNode registerRequest) {
    throw new UnsupportedOperationException();
  }
}

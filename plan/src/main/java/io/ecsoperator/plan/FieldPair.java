package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * The two values of one field, and the pair of objects that it stands in; a value that is not there
 * is a missing node.
 */
record FieldPair(JsonNode desired, JsonNode observed, Optional<FieldPair> enclosing) {

  static FieldPair root(JsonNode desired, JsonNode observed) {
    return new FieldPair(desired, observed, Optional.empty());
  }

  /** A field below this one. Lists do not count as enclosing: their items stand in the object. */
  FieldPair below(JsonNode desired, JsonNode observed) {
    boolean list = this.desired.isArray() || this.observed.isArray();
    return new FieldPair(desired, observed, list ? enclosing : Optional.of(this));
  }

  FieldPair member(String name) {
    return below(Values.at(desired, name), Values.at(observed, name));
  }

  /** Another member of the same object. */
  FieldPair sibling(String name) {
    return enclosing.orElse(this).member(name);
  }

  FieldPair root() {
    return enclosing.map(FieldPair::root).orElse(this);
  }

  boolean isOnOneSide() {
    return desired.isMissingNode() != observed.isMissingNode();
  }
}

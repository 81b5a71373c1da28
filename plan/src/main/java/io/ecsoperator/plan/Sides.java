package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * The two values of one field, and the pair of objects that it stands in; a value that is not there
 * is a missing node.
 */
record Sides(JsonNode desired, JsonNode observed, Optional<Sides> enclosing) {

  static Sides root(JsonNode desired, JsonNode observed) {
    return new Sides(desired, observed, Optional.empty());
  }

  /** A field below this one. Lists do not count as enclosing: their items stand in the object. */
  Sides below(JsonNode desired, JsonNode observed) {
    boolean list = this.desired.isArray() || this.observed.isArray();
    return new Sides(desired, observed, list ? enclosing : Optional.of(this));
  }

  Sides member(String name) {
    return below(Values.at(desired, name), Values.at(observed, name));
  }

  /** Another member of the same object. */
  Sides sibling(String name) {
    return enclosing.orElse(this).member(name);
  }

  Sides root() {
    return enclosing.map(Sides::root).orElse(this);
  }

  boolean isOnOneSide() {
    return desired.isMissingNode() != observed.isMissingNode();
  }
}

package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * The desired and the observed value of one field, with the pair of objects that encloses it. A
 * value that does not exist is a missing node.
 */
public record FieldPair(JsonNode desired, JsonNode observed, Optional<FieldPair> enclosing) {

  static FieldPair root(JsonNode desired, JsonNode observed) {
    return new FieldPair(desired, observed, Optional.empty());
  }

  /** A field of this one. Lists do not enclose: the object around a list encloses its items. */
  FieldPair child(JsonNode desired, JsonNode observed) {
    boolean list = this.desired.isArray() || this.observed.isArray();
    return new FieldPair(desired, observed, list ? enclosing : Optional.of(this));
  }

  public FieldPair member(String name) {
    return child(Values.at(desired, name), Values.at(observed, name));
  }

  /** Another member of the same object. */
  public FieldPair sibling(String name) {
    return enclosing.orElse(this).member(name);
  }

  /** The whole trees. */
  public FieldPair root() {
    return enclosing.map(FieldPair::root).orElse(this);
  }

  public boolean existsOnOneSideOnly() {
    return desired.isMissingNode() != observed.isMissingNode();
  }
}

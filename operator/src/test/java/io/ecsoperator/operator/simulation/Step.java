package io.ecsoperator.operator.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ObjectKey;
import java.time.Duration;
import java.util.Optional;

/** What people and machines do around the operator. */
sealed interface Step {

  /** The spec of an object from now on; it is created if it does not exist. */
  record Apply(ObjectKey object, ObjectNode spec) implements Step {}

  /**
   * Deletes an object.
   *
   * @param again whether it is applied again as soon as it is gone
   */
  record Delete(ObjectKey object, boolean again) implements Step {}

  /** Deletes an object and all that uses it; they are applied again as soon as they are gone. */
  record DeleteWithUsers(ObjectKey object) implements Step {}

  /** Sets or removes an annotation of the operator, without its prefix. */
  record Annotate(ObjectKey object, String name, Optional<String> value) implements Step {}

  /** Deletes all objects; they are applied again as soon as they are gone. */
  record DeleteAll() implements Step {}

  /** A backup without status is restored over an object. */
  record WipeStatus(ObjectKey object) implements Step {}

  /** A person writes the ARN of another family's revision into a status. */
  record EditStatus(ObjectKey object) implements Step {}

  record CutWatches() implements Step {}

  /** Versions that are older can no longer be watched from. */
  record Compact() implements Step {}

  record Kill() implements Step {}

  record Outage(Duration length) implements Step {}

  /** Copies etcd. */
  record Backup() implements Step {}

  /** Puts etcd back to the last copy. */
  record Restore() implements Step {}

  /** A call to ECS beside the operator, which may be refused. */
  record Meddle(String operation, String request) implements Step {}
}

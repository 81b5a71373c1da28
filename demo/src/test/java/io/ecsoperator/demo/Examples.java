package io.ecsoperator.demo;

import io.ecsoperator.demo.ObjectState.Readiness;
import java.time.Duration;

/** Objects for the tests. */
final class Examples {
  private Examples() {}

  static ObjectState ready(String kind, String name) {
    return new ObjectState(kind, name, Readiness.READY, "Reconciled", "", "As the spec asks.");
  }

  static ObjectState underWay(String kind, String name, String message) {
    return new ObjectState(kind, name, Readiness.UNDER_WAY, "RollingOut", "0/2 web:1", message);
  }

  static Row row(ObjectState object, long millis) {
    return new Row(object, Duration.ofMillis(millis));
  }
}

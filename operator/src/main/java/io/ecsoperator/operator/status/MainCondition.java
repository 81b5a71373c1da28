package io.ecsoperator.operator.status;

/**
 * The condition that says how an object is, named after what the operator does for it. An object
 * that is not managed has no Ready, so that nothing waits for it to become Ready.
 */
public enum MainCondition {
  READY("Ready"),
  PLANNED("Planned"),
  OBSERVED("Observed");

  private final String type;

  MainCondition(String type) {
    this.type = type;
  }

  /** The type of the condition. */
  public String type() {
    return type;
  }
}

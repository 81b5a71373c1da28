package io.ecsoperator.operator.act;

/** Whether this process may write now. */
@FunctionalInterface
public interface Leadership {
  boolean held();
}

package io.ecsoperator.localecs.instance;

/** Is notified after every change of a container instance. */
@FunctionalInterface
public interface InstanceListener {
  /**
   * @param before the same as {@code after} for an instance that is new
   */
  void changed(InstanceState before, InstanceState after);
}

package io.ecsoperator.localecs.instance;

/** Told of every change of a container instance, after it happened. */
@FunctionalInterface
public interface InstanceListener {
  /**
   * @param before the same as {@code after} for an instance that is new
   */
  void changed(InstanceState before, InstanceState after);
}

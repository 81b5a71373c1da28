package io.ecsoperator.controlplane;

import java.io.IOException;

/** One way to get an API server. */
sealed interface ControlPlaneSource
    permits NamedKubeconfig, BinariesOnDisk, K3sInDocker, GoToolchain {

  /** The name of the way, for the list in an error message. */
  String name();

  /**
   * Starts the API server and waits until it is ready.
   *
   * @throws UnavailableException if this machine lacks something that the way needs, or the start
   *     failed; no process is left running
   */
  ControlPlane start() throws UnavailableException, IOException, InterruptedException;
}

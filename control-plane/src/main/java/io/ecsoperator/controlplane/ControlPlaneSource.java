package io.ecsoperator.controlplane;

import java.io.IOException;

/** One way to an API server. */
sealed interface ControlPlaneSource
    permits NamedKubeconfig, BinariesOnDisk, K3sInDocker, GoToolchain {

  /** What the way is, for the list in an error message. */
  String name();

  /**
   * The API server, answering.
   *
   * @throws UnavailableException if this machine lacks what the way needs, or it was tried and did
   *     not work; nothing is left running
   */
  ControlPlane start() throws UnavailableException, IOException, InterruptedException;
}

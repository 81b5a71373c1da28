package io.ecsoperator.controlplane;

import org.testcontainers.images.ImagePullPolicy;
import org.testcontainers.utility.DockerImageName;

/**
 * Keeps Testcontainers to the images that are here, its own small ones included: without a network
 * each pull is tried for two minutes. Named in {@code testcontainers.properties}.
 */
public final class NeverPull implements ImagePullPolicy {
  @Override
  public boolean shouldPull(DockerImageName image) {
    return false;
  }
}

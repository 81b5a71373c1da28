package io.ecsoperator.controlplane;

import org.testcontainers.images.ImagePullPolicy;
import org.testcontainers.utility.DockerImageName;

/**
 * Restricts Testcontainers to local images, its own small ones included: without a network each
 * pull takes two minutes to fail. {@code testcontainers.properties} names this class.
 */
public final class NeverPull implements ImagePullPolicy {
  @Override
  public boolean shouldPull(DockerImageName image) {
    return false;
  }
}

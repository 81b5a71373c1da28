/**
 * A real Kubernetes API server for tests and the demo.
 *
 * <p>{@link io.ecsoperator.controlplane.ControlPlane#start} takes the first of four ways that
 * works: a kubeconfig that the user names, binaries on disk, k3s in Docker, binaries built with the
 * Go toolchain. Processes that were started end with the JVM that started them, also if it is
 * killed.
 */
@NullMarked
package io.ecsoperator.controlplane;

import org.jspecify.annotations.NullMarked;

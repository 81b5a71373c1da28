/**
 * A real Kubernetes API server for tests and the demo.
 *
 * <p>{@link io.ecsoperator.controlplane.ControlPlane#start} takes the first of four ways that
 * works: a kubeconfig named on purpose, binaries on disk, k3s in Docker, binaries built with the Go
 * toolchain. Whatever was started ends with the JVM that started it, however that ends.
 */
package io.ecsoperator.controlplane;

/** A model of the Kubernetes API server in this process, for tests that repeat exactly. */
@NullMarked
package io.ecsoperator.controlplane.model;

import org.jspecify.annotations.NullMarked;

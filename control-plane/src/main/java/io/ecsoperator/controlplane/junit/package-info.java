/** A Kubernetes API server for JUnit tests, with a namespace per test. */
@NullMarked
package io.ecsoperator.controlplane.junit;

import org.jspecify.annotations.NullMarked;

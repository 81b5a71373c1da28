/** Benchmarks of the operator, with local-ecs and a real Kubernetes API server. */
@NullMarked
package io.ecsoperator.benchmarks.operator;

import org.jspecify.annotations.NullMarked;

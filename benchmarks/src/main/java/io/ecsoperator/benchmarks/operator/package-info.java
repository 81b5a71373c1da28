/** Benchmarks of the operator, with local-ecs and a real Kubernetes API server. */
package io.ecsoperator.benchmarks.operator;

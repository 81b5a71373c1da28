/** What the operator is held to, beside local-ecs and a real Kubernetes API server. */
package io.ecsoperator.benchmarks.operator;

/** Benchmarks of local-ecs. */
package io.ecsoperator.benchmarks.localecs;

/** What local-ecs is held to. */
package io.ecsoperator.benchmarks.localecs;

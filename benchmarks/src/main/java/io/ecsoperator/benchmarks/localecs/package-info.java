/** Benchmarks of local-ecs. */
@NullMarked
package io.ecsoperator.benchmarks.localecs;

import org.jspecify.annotations.NullMarked;

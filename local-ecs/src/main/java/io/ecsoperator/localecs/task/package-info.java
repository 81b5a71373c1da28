/**
 * Tasks: the engine that moves them through their states, the simulated runtime, and the
 * operations.
 */
@NullMarked
package io.ecsoperator.localecs.task;

import org.jspecify.annotations.NullMarked;

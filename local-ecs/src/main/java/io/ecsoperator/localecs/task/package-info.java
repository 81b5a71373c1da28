/**
 * Tasks: the engine that moves them through their states, the simulated runtime, and the
 * operations.
 */
package io.ecsoperator.localecs.task;

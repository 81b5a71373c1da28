/**
 * The way of every object: observe, plan, act, report. What is particular to a kind is its {@link
 * io.ecsoperator.operator.engine.Kind}.
 */
package io.ecsoperator.operator.engine;

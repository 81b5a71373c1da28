/**
 * The way of every object: observe, plan, act, report. What is particular to a kind is its {@link
 * io.ecsoperator.operator.engine.KindReconciler}.
 */
package io.ecsoperator.operator.engine;

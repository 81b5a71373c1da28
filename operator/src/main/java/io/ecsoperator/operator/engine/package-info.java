/**
 * The reconcile loop of every object: observe, plan, execute, report. What is particular to a kind
 * is its {@link io.ecsoperator.operator.engine.Kind}.
 */
@NullMarked
package io.ecsoperator.operator.engine;

import org.jspecify.annotations.NullMarked;

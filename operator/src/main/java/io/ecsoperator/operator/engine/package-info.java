/**
 * The way of every object: observe, plan, act, report. What is particular to a kind is its {@link
 * io.ecsoperator.operator.engine.Kind}.
 */
@NullMarked
package io.ecsoperator.operator.engine;

import org.jspecify.annotations.NullMarked;

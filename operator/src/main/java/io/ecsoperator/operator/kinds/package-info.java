/** The kinds of objects that the operator reconciles, one package each. */
@NullMarked
package io.ecsoperator.operator.kinds;

import org.jspecify.annotations.NullMarked;

/** The kinds of objects that the operator reconciles, one package each. */
package io.ecsoperator.operator.kinds;

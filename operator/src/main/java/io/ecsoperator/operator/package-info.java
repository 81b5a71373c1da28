/** The operator's entry point, and the types that all packages share. */
@NullMarked
package io.ecsoperator.operator;

import org.jspecify.annotations.NullMarked;

/** Capacity providers: what clusters, services and tasks get their container instances from. */
@NullMarked
package io.ecsoperator.operator.kinds.capacityprovider;

import org.jspecify.annotations.NullMarked;

/** EcsCapacityProvider: its type, its status, and the rules of its schema. */
@NullMarked
package io.ecsoperator.crds.capacityprovider;

import org.jspecify.annotations.NullMarked;

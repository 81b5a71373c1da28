/** Time, random numbers and the one thread that owns all state. Independent of ECS. */
@NullMarked
package io.ecsoperator.localecs.world;

import org.jspecify.annotations.NullMarked;

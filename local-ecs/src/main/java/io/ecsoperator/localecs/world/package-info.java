/** Time, chance and the one thread that owns all state. Knows nothing of ECS. */
package io.ecsoperator.localecs.world;

/** Time, random numbers and the one thread that owns all state. Independent of ECS. */
package io.ecsoperator.localecs.world;

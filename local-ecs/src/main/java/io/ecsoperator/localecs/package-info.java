/**
 * An ECS endpoint inside the JVM. {@link io.ecsoperator.localecs.LocalEcs} starts one; {@link
 * io.ecsoperator.localecs.Main} runs one from the command line.
 */
package io.ecsoperator.localecs;

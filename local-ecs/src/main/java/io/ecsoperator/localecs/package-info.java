/**
 * An ECS endpoint inside the JVM. {@link io.ecsoperator.localecs.LocalEcs} starts one; {@link
 * io.ecsoperator.localecs.Main} runs one from the command line.
 */
@NullMarked
package io.ecsoperator.localecs;

import org.jspecify.annotations.NullMarked;

/** The scripts of simulated containers: from their environment, by image, or from their command. */
@NullMarked
package io.ecsoperator.localecs.script;

import org.jspecify.annotations.NullMarked;

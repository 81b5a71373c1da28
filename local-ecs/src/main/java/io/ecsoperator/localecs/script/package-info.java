/** The scripts of simulated containers: from their environment, by image, or from their command. */
package io.ecsoperator.localecs.script;

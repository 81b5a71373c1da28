/** What simulated containers do: read from their environment, by image, or from their command. */
package io.ecsoperator.localecs.script;

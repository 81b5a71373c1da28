/** The log of received calls, for tests and for {@code GET /_local/calls}. */
package io.ecsoperator.localecs.calls;

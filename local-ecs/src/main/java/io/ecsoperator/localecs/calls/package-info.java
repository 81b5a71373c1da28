/** The log of received calls, for tests and for {@code GET /_local/calls}. */
@NullMarked
package io.ecsoperator.localecs.calls;

import org.jspecify.annotations.NullMarked;

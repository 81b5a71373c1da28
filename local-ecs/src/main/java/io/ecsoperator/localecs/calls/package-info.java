/** What was asked of the endpoint, for tests and for {@code GET /_local/calls}. */
package io.ecsoperator.localecs.calls;

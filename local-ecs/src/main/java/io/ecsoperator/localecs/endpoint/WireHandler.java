package io.ecsoperator.localecs.endpoint;

/** What answers calls. */
@FunctionalInterface
interface WireHandler {
  WireAnswer handle(WireRequest request);
}

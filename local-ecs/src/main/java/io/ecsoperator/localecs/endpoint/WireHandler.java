package io.ecsoperator.localecs.endpoint;

/** Handles calls. */
@FunctionalInterface
interface WireHandler {
  WireAnswer handle(WireRequest request);
}

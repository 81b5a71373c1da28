package io.ecsoperator.localecs.faults;

import java.time.Duration;
import java.util.Optional;

/**
 * The faults that are injected into one call.
 *
 * @param delay wall time that the call waits: the sum of all delays
 * @param fault the other fault, if any; never a delay
 */
public record InjectedFault(Duration delay, Optional<Fault> fault) {}

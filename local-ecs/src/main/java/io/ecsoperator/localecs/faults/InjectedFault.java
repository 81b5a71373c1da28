package io.ecsoperator.localecs.faults;

import java.time.Duration;
import java.util.Optional;

/**
 * What the faults do to one call.
 *
 * @param delay wall time that it waits: that of all delays together
 * @param fault what else goes wrong; never a delay
 */
public record InjectedFault(Duration delay, Optional<Fault> fault) {}

package io.ecsoperator.e2e.demo;

import java.time.Duration;

/**
 * A line of the table.
 *
 * @param time how long the object has taken to be Ready, so far or until it was
 */
record Row(ObjectState object, Duration time) {}

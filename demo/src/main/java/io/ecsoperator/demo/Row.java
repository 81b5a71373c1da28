package io.ecsoperator.demo;

import java.time.Duration;

/**
 * A line of the table.
 *
 * @param time how long the object took to become Ready, or has taken so far
 */
record Row(ObjectState object, Duration time) {}

/**
 * Container instances: their resources, reservations and attributes, and the choice of an instance
 * for a task.
 */
@NullMarked
package io.ecsoperator.localecs.instance;

import org.jspecify.annotations.NullMarked;

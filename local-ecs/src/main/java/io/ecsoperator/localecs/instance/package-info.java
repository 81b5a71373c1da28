/**
 * Container instances: their resources, reservations and attributes, and the choice of an instance
 * for a task.
 */
package io.ecsoperator.localecs.instance;

/**
 * Container instances: what they offer, what tasks hold of it, their attributes, and which of them
 * a task fits.
 */
package io.ecsoperator.localecs.instance;

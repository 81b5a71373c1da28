/** What goes wrong on purpose: refusals, lost answers, delays. */
package io.ecsoperator.localecs.weather;

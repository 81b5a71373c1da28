/** What AWS's surroundings do to calls: quotas, lag, and faults on purpose. */
package io.ecsoperator.localecs.weather;

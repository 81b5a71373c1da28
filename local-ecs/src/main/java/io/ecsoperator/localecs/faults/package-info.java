/** What AWS's external do to calls: quotas, lag, and faults on purpose. */
package io.ecsoperator.localecs.faults;

/** What can happen to a call on its way: quotas, stale reads and injected faults. */
package io.ecsoperator.localecs.faults;

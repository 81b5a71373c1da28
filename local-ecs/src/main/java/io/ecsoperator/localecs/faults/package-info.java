/** What can happen to a call on its way: quotas, stale reads and injected faults. */
@NullMarked
package io.ecsoperator.localecs.faults;

import org.jspecify.annotations.NullMarked;

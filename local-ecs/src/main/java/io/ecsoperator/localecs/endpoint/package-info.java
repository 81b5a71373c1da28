/**
 * The wire protocol: AWS JSON over HTTP or in process, with quotas, stale reads, faults and the
 * call log.
 */
@NullMarked
package io.ecsoperator.localecs.endpoint;

import org.jspecify.annotations.NullMarked;

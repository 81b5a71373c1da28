/**
 * The wire protocol: AWS JSON over HTTP or in process, with quotas, stale reads, faults and the
 * call log.
 */
package io.ecsoperator.localecs.endpoint;

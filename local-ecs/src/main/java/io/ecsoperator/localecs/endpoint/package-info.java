/** The wire: AWS JSON 1.1 over HTTP or in process, quotas, lag and faults, and the call log. */
package io.ecsoperator.localecs.endpoint;

/** The wire: AWS JSON 1.1 over HTTP or in process, the weather, and the call log. */
package io.ecsoperator.localecs.endpoint;

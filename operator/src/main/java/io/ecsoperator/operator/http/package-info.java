/** What the operator answers over HTTP: health and metrics. */
package io.ecsoperator.operator.http;

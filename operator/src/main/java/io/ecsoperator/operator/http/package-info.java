/** The HTTP server for health and metrics. */
@NullMarked
package io.ecsoperator.operator.http;

import org.jspecify.annotations.NullMarked;

/** HTTP servers: one for health and metrics, one for an API with bodies. */
@NullMarked
package io.ecsoperator.operator.http;

import org.jspecify.annotations.NullMarked;

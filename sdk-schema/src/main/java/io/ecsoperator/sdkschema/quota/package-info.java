/** The request quotas of ECS: one table for the operator, which obeys them, and for local-ecs. */
@NullMarked
package io.ecsoperator.sdkschema.quota;

import org.jspecify.annotations.NullMarked;

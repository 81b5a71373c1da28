/** A copy of what runs in ECS, for those who ask about it. Nothing that reconciles uses it. */
@NullMarked
package io.ecsoperator.operator.fleet;

import org.jspecify.annotations.NullMarked;

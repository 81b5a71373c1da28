/** Task definitions: validation, ECS's defaults, and the six operations. */
@NullMarked
package io.ecsoperator.localecs.taskdefinition;

import org.jspecify.annotations.NullMarked;

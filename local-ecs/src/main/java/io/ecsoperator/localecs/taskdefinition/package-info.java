/** Task definitions: validation, ECS's defaults, and the six operations. */
package io.ecsoperator.localecs.taskdefinition;

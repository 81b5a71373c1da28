/** EcsTaskDefinition. */
package io.ecsoperator.operator.kinds.taskdefinition;

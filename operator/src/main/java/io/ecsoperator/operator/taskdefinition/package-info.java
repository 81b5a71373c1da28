/** EcsTaskDefinition. */
package io.ecsoperator.operator.taskdefinition;

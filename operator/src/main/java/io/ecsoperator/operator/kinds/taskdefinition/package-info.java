/** EcsTaskDefinition. */
@NullMarked
package io.ecsoperator.operator.kinds.taskdefinition;

import org.jspecify.annotations.NullMarked;

/** EcsTaskDefinition: its type, its status, and the rules of its schema. */
@NullMarked
package io.ecsoperator.crds.taskdefinition;

import org.jspecify.annotations.NullMarked;

/** EcsTaskDefinition: its type, its status, and the rules of its schema. */
package io.ecsoperator.crds.taskdefinition;

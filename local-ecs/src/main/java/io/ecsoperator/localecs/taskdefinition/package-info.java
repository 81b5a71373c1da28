/** Task definitions: what may be registered, what ECS adds to it, and the six operations. */
package io.ecsoperator.localecs.taskdefinition;

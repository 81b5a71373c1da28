/**
 * A custom resource, parsed once: what is asked of ECS, what is asked of this operator, and what
 * the references to other objects stand for.
 */
package io.ecsoperator.operator.desired;

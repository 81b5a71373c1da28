/**
 * A custom resource, parsed once: what is asked of ECS, what is asked of this operator, and what
 * the references to other objects stand for.
 */
@NullMarked
package io.ecsoperator.operator.desired;

import org.jspecify.annotations.NullMarked;

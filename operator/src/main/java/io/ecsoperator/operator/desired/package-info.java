/**
 * A custom resource, parsed once: the part of the spec that ECS takes, the part for this operator,
 * and the references to other objects, resolved.
 */
@NullMarked
package io.ecsoperator.operator.desired;

import org.jspecify.annotations.NullMarked;

/** Where a task would fit: pure functions of container instances and a task definition. */
@NullMarked
package io.ecsoperator.operator.placement;

import org.jspecify.annotations.NullMarked;

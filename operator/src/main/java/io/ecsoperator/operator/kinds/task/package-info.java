/** EcsTask. */
@NullMarked
package io.ecsoperator.operator.kinds.task;

import org.jspecify.annotations.NullMarked;

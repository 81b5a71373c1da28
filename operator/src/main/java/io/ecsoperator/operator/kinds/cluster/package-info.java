/** EcsCluster. */
@NullMarked
package io.ecsoperator.operator.kinds.cluster;

import org.jspecify.annotations.NullMarked;

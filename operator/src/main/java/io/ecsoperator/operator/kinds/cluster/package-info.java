/** EcsCluster. */
package io.ecsoperator.operator.kinds.cluster;

/** EcsCluster. */
package io.ecsoperator.operator.cluster;

/** Clusters: the six operations on them and PutClusterCapacityProviders. */
package io.ecsoperator.localecs.cluster;

/** Clusters and capacity providers, and the operations on them. */
package io.ecsoperator.localecs.cluster;

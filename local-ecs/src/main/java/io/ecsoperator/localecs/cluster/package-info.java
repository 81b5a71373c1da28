/** Clusters and capacity providers, and the operations on them. */
@NullMarked
package io.ecsoperator.localecs.cluster;

import org.jspecify.annotations.NullMarked;

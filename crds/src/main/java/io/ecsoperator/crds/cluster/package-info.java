/** EcsCluster: its type, its status, and the rules of its schema. */
@NullMarked
package io.ecsoperator.crds.cluster;

import org.jspecify.annotations.NullMarked;

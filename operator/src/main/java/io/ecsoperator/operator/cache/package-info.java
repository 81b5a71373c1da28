/**
 * The cache of ECS resources: the only caller of reads. It names no type of resource; what it knows
 * about each comes from the {@link io.ecsoperator.operator.cache.AwsResource} tables of the kinds.
 */
@NullMarked
package io.ecsoperator.operator.cache;

import org.jspecify.annotations.NullMarked;

/**
 * Keeps calls within AWS's request quotas: token buckets, and queues of calls that wait for them.
 */
@NullMarked
package io.ecsoperator.operator.aws.quota;

import org.jspecify.annotations.NullMarked;

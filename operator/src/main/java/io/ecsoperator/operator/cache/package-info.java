/** What is known of ECS now: the only caller of reads. */
package io.ecsoperator.operator.cache;

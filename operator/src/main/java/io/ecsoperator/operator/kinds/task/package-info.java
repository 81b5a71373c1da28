/** EcsTask. */
package io.ecsoperator.operator.kinds.task;

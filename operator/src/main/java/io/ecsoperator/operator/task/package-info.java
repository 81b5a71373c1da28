/** EcsTask. */
package io.ecsoperator.operator.task;

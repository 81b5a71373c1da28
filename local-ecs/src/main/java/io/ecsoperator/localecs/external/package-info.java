/**
 * The AWS services that ECS depends on, as far as local-ecs simulates them: CloudWatch alarms,
 * targets of load balancers, Lambda functions of lifecycle hooks.
 */
@NullMarked
package io.ecsoperator.localecs.external;

import org.jspecify.annotations.NullMarked;

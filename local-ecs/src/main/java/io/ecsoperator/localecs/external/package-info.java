/**
 * What ECS depends on beside itself, as far as local-ecs plays it: CloudWatch alarms, targets of
 * load balancers, Lambda functions of lifecycle hooks.
 */
package io.ecsoperator.localecs.external;

/**
 * The pure core: what is wanted and what is there go in as JSON trees, a plan comes out as data. No
 * client, no clock, no Kubernetes.
 */
package io.ecsoperator.plan;

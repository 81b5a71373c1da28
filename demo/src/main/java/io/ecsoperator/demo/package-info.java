/**
 * The demo: a Kubernetes API server, {@code local-ecs} and the operator on one machine, with the
 * quickstart applied and a live table of its objects.
 */
package io.ecsoperator.demo;

/**
 * The demo: a Kubernetes API server, {@code local-ecs} and the operator on one machine, with the
 * quickstart applied and a live table of it.
 */
package io.ecsoperator.e2e.demo;

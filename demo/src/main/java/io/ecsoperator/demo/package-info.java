/**
 * The demo: a Kubernetes API server, {@code local-ecs} and the operator on one machine, with the
 * quickstart applied and a live table of its objects.
 */
@NullMarked
package io.ecsoperator.demo;

import org.jspecify.annotations.NullMarked;

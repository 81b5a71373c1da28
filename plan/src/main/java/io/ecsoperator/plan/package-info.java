/**
 * The pure core: the desired and the observed state go in as JSON trees, a plan comes out as data.
 * No client, no clock, no Kubernetes, and no kind: a kind hands in a {@link
 * io.ecsoperator.plan.ComparableSchema}.
 */
@NullMarked
package io.ecsoperator.plan;

import org.jspecify.annotations.NullMarked;

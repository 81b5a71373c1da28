/** The API: group {@code ecs-operator.io/v1alpha1}. */
@NullMarked
package io.ecsoperator.crds;

import org.jspecify.annotations.NullMarked;

/** The API: group {@code ecs-operator.io/v1alpha1}. */
package io.ecsoperator.crds;

/** Leader election: a Kubernetes Lease decides which replica of the operator acts. */
@NullMarked
package io.ecsoperator.operator.leader;

import org.jspecify.annotations.NullMarked;

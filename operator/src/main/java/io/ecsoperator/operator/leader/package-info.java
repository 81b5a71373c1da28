/** Which of the operator's replicas acts: one at a time, by a Kubernetes Lease. */
package io.ecsoperator.operator.leader;

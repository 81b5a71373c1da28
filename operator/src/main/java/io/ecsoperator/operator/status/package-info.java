/** What is reported of an object: conditions, Kubernetes Events, and the one writer of status. */
package io.ecsoperator.operator.status;

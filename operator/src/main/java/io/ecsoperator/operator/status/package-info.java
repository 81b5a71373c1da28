/** What is reported of an object: conditions, Kubernetes Events, and the one writer of status. */
@NullMarked
package io.ecsoperator.operator.status;

import org.jspecify.annotations.NullMarked;

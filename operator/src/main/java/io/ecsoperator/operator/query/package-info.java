/** The query API: what runs in ECS, over HTTP, for those whom Kubernetes lets see it. */
@NullMarked
package io.ecsoperator.operator.query;

import org.jspecify.annotations.NullMarked;

package io.ecsoperator.operator.cache;

import java.util.Set;

/**
 * A list of ECS, read to its end.
 *
 * @param startedAt when the call for its first page was started: what has changed since may be
 *     missing
 * @param ids the names, of task definitions {@code family:revision}
 */
record Listing(LogicalTime startedAt, Set<String> ids) {}

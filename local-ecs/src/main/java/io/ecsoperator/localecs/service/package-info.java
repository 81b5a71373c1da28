/**
 * Services: their revisions, the rollouts that deploy a revision, the scheduler that starts and
 * stops tasks, and the operations.
 */
@NullMarked
package io.ecsoperator.localecs.service;

import org.jspecify.annotations.NullMarked;

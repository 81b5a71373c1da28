/**
 * Services: their revisions, the rollouts that deploy a revision, the scheduler that starts and
 * stops tasks, and the operations.
 */
package io.ecsoperator.localecs.service;

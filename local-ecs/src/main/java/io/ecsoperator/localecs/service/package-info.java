/**
 * Services: their revisions, the rollouts that bring a revision to life, the scheduler that starts
 * and stops their tasks, and the operations.
 */
package io.ecsoperator.localecs.service;

/**
 * The one place where AWS SDK types appear: clients, error classes, and trees to SDK objects and
 * back.
 */
package io.ecsoperator.operator.aws;

/**
 * Calls to ECS: clients, requests and responses as JSON trees, and the classification of failures.
 * AWS SDK types appear in this package only.
 */
@NullMarked
package io.ecsoperator.operator.aws;

import org.jspecify.annotations.NullMarked;

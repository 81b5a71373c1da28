/**
 * What all ECS operations share: errors, ARNs, pages, and the table of supported operations.
 * Depends on no kind of resource.
 */
@NullMarked
package io.ecsoperator.localecs.protocol;

import org.jspecify.annotations.NullMarked;

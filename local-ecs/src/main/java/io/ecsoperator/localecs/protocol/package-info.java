/**
 * What all ECS operations share: errors, ARNs, pages, and the table of what is supported. Knows no
 * kind of resource.
 */
package io.ecsoperator.localecs.protocol;

/** The cluster query language: what it says of a container instance, and whether that is so. */
package io.ecsoperator.localecs.instance.query;

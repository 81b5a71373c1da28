/** The cluster query language: parsing, and matching of container instances. */
@NullMarked
package io.ecsoperator.localecs.instance.query;

import org.jspecify.annotations.NullMarked;

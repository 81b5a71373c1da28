/** Assembles the kinds of resources into one ECS for each account and region. */
@NullMarked
package io.ecsoperator.localecs.region;

import org.jspecify.annotations.NullMarked;

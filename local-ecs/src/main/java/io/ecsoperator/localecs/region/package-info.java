/** Puts the kinds of resources together: one ECS for each account and region. */
package io.ecsoperator.localecs.region;

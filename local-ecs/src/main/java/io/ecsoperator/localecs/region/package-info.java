/** Assembles the kinds of resources into one ECS for each account and region. */
package io.ecsoperator.localecs.region;

/** Capacity providers: what clusters, services and tasks get their container instances from. */
package io.ecsoperator.operator.kinds.capacityprovider;

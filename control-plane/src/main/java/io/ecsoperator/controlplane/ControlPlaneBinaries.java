package io.ecsoperator.controlplane;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The programs of a control plane.
 *
 * @param origin where they come from, as text for the user
 * @param controllerManager without it, deleted namespaces and the dependents of deleted owners stay
 */
record ControlPlaneBinaries(
    String origin,
    Path etcd,
    Path apiserver,
    Optional<Path> controllerManager,
    Optional<Path> kubectl) {}

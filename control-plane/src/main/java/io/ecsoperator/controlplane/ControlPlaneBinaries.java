package io.ecsoperator.controlplane;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The programs of a control plane.
 *
 * @param origin where they come from, for a person
 * @param controllerManager without it namespaces never end and owners' dependents stay
 */
record ControlPlaneBinaries(
    String origin,
    Path etcd,
    Path apiserver,
    Optional<Path> controllerManager,
    Optional<Path> kubectl) {}

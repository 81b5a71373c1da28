package io.ecsoperator.controlplane;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** A command that a Go module pins. */
enum GoCommand {
  ETCD("go.etcd.io/etcd/server/v3", "server", "etcd"),
  KUBE_APISERVER("k8s.io/kubernetes/cmd/kube-apiserver"),
  KUBE_CONTROLLER_MANAGER("k8s.io/kubernetes/cmd/kube-controller-manager"),
  KUBECTL("k8s.io/kubernetes/cmd/kubectl"),
  /** Of a module of its own, because Kubernetes and Helm need libraries of different versions. */
  HELM("helm.sh/helm/v4/cmd/helm");

  /** The commands of the module that has the control plane. */
  static final Set<GoCommand> CONTROL_PLANE =
      Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(HELM)));

  /** The import path of its main package. */
  final String source;

  /** The name that {@code go build} gives the binary: the last element of the import path. */
  final String built;

  final String fileName;

  GoCommand(String source) {
    this(source, source.substring(source.lastIndexOf('/') + 1));
  }

  GoCommand(String source, String name) {
    this(source, name, name);
  }

  GoCommand(String source, String built, String fileName) {
    this.source = source;
    this.built = built;
    this.fileName = fileName;
  }
}

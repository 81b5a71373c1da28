package io.ecsoperator.controlplane;

/** A command that the Go module pins. */
enum GoCommand {
  ETCD("go.etcd.io/etcd/server/v3", "server", "etcd"),
  KUBE_APISERVER("k8s.io/kubernetes/cmd/kube-apiserver"),
  KUBE_CONTROLLER_MANAGER("k8s.io/kubernetes/cmd/kube-controller-manager"),
  KUBECTL("k8s.io/kubernetes/cmd/kubectl");

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

package io.ecsoperator.operator.leader;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.Optional;

/** The Lease in the API server. Requests are not retried here. */
final class KubernetesLease implements LeaseStore {
  private final KubernetesClient kubernetes;
  private final String namespace;
  private final String name;

  /**
   * @param timeout how long to wait for a response
   */
  KubernetesLease(KubernetesClient kubernetes, String namespace, String name, Duration timeout) {
    this.kubernetes =
        kubernetes
            .newClient(
                new RequestConfigBuilder()
                    .withRequestTimeout(Math.toIntExact(timeout.toMillis()))
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .adapt(KubernetesClient.class);
    this.namespace = namespace;
    this.name = name;
  }

  @Override
  public Optional<Lease> read() {
    return Optional.ofNullable(kubernetes.leases().inNamespace(namespace).withName(name).get());
  }

  @Override
  public Lease create(Lease lease) {
    Lease named =
        new LeaseBuilder(lease)
            .editOrNewMetadata()
            .withNamespace(namespace)
            .withName(name)
            .endMetadata()
            .build();
    return resource(named).create();
  }

  @Override
  public Lease replace(Lease lease) {
    // It has a resource version, so the API server rejects it unless that version is the newest.
    return resource(lease).update();
  }

  private Resource<Lease> resource(Lease lease) {
    return kubernetes.leases().inNamespace(namespace).resource(lease);
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}

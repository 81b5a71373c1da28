package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.cluster.Clusters;
import io.ecsoperator.localecs.cluster.Namespaces;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.OperationTable;
import io.ecsoperator.localecs.protocol.Page;
import io.ecsoperator.localecs.protocol.Scope;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.ClusterServiceConnectDefaults;
import software.amazon.awssdk.services.ecs.model.ListServicesByNamespaceRequest;
import software.amazon.awssdk.services.ecs.model.ListServicesByNamespaceResponse;
import software.amazon.awssdk.services.ecs.model.ServiceConnectConfiguration;

/** ListServicesByNamespace: the services of a namespace in all clusters. */
public final class NamespaceOperations {
  private static final Page.Size PAGE = new Page.Size(10, 100);

  private final Scope scope;
  private final Clusters clusters;
  private final Services services;

  public NamespaceOperations(Scope scope, Clusters clusters, Services services) {
    this.scope = scope;
    this.clusters = clusters;
    this.services = services;
  }

  public void addTo(OperationTable table) {
    table.add(
        ListServicesByNamespaceRequest.class,
        this::list,
        "Namespaces do not exist by themselves: one that no service uses has an empty list.");
  }

  private ListServicesByNamespaceResponse list(ListServicesByNamespaceRequest request) {
    if (request.namespace() == null || request.namespace().isEmpty()) {
      throw EcsError.invalidParameter("Namespace can not be blank.");
    }
    String wanted = Namespaces.arn(scope, request.namespace());
    List<String> arns =
        services
            .all()
            .filter(service -> service.status() == ServiceState.Status.ACTIVE)
            .filter(service -> namespace(service).filter(wanted::equals).isPresent())
            .map(ServiceState::arn)
            .sorted()
            .toList();
    Page<String> page = Page.of(arns, arn -> arn, request.maxResults(), request.nextToken(), PAGE);
    return ListServicesByNamespaceResponse.builder()
        .serviceArns(page.items())
        .nextToken(page.nextToken().orElse(null))
        .build();
  }

  /** The namespace of the service, else that of its cluster; empty without Service Connect. */
  private Optional<String> namespace(ServiceState service) {
    return service
        .groups()
        .findFirst()
        .map(group -> group.revision().facts().serviceConnectConfiguration())
        .filter(connect -> Boolean.TRUE.equals(connect.enabled()))
        .flatMap(connect -> namespace(connect, service))
        .map(name -> Namespaces.arn(scope, name));
  }

  private Optional<String> namespace(ServiceConnectConfiguration connect, ServiceState service) {
    return Optional.ofNullable(connect.namespace())
        .or(
            () ->
                clusters
                    .find(service.cluster().clusterArn())
                    .map(Cluster::serviceConnectDefaults)
                    .map(ClusterServiceConnectDefaults::namespace));
  }
}

package io.ecsoperator.localecs.service;

import java.util.Optional;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.ClusterServiceConnectDefaults;
import software.amazon.awssdk.services.ecs.model.ServiceConnectClientAlias;
import software.amazon.awssdk.services.ecs.model.ServiceConnectConfiguration;
import software.amazon.awssdk.services.ecs.model.ServiceConnectService;
import software.amazon.awssdk.services.ecs.model.ServiceRevision;
import software.amazon.awssdk.services.ecs.model.ServiceVolumeConfiguration;

/**
 * What ECS adds to the settings of a deployment.
 *
 * <p>Sources in the ECS API reference: ServiceConnectConfiguration, ServiceConnectService,
 * ServiceConnectClientAlias, ServiceManagedEBSVolumeConfiguration.
 */
final class RevisionDefaults {
  private RevisionDefaults() {}

  static ServiceRevision filledIn(ServiceRevision written, Cluster cluster) {
    ServiceRevision.Builder revision = written.toBuilder();
    if (written.serviceConnectConfiguration() != null) {
      revision.serviceConnectConfiguration(connect(written.serviceConnectConfiguration(), cluster));
    }
    if (written.hasVolumeConfigurations()) {
      revision.volumeConfigurations(
          written.volumeConfigurations().stream().map(RevisionDefaults::volume).toList());
    }
    return revision.build();
  }

  private static ServiceConnectConfiguration connect(
      ServiceConnectConfiguration written, Cluster cluster) {
    if (!Boolean.TRUE.equals(written.enabled())) {
      return written;
    }
    Optional<String> namespace =
        Optional.ofNullable(written.namespace())
            .or(
                () ->
                    Optional.ofNullable(cluster.serviceConnectDefaults())
                        .map(ClusterServiceConnectDefaults::namespace));
    ServiceConnectConfiguration.Builder connect =
        written.toBuilder().namespace(namespace.orElse(null));
    if (written.hasServices()) {
      connect.services(
          written.services().stream().map(service -> service(service, namespace)).toList());
    }
    return connect.build();
  }

  private static ServiceConnectService service(
      ServiceConnectService written, Optional<String> namespace) {
    String discovery =
        written.discoveryName() == null ? written.portName() : written.discoveryName();
    ServiceConnectService.Builder service = written.toBuilder().discoveryName(discovery);
    if (written.hasClientAliases()) {
      service.clientAliases(
          written.clientAliases().stream()
              .map(alias -> alias(alias, discovery, namespace))
              .toList());
    }
    return service.build();
  }

  /** The name of a namespace that is given by ARN is not known here, so its id stands for it. */
  private static ServiceConnectClientAlias alias(
      ServiceConnectClientAlias written, String discovery, Optional<String> namespace) {
    return written.dnsName() != null || namespace.isEmpty()
        ? written
        : written.toBuilder()
            .dnsName(
                discovery + "." + namespace.get().substring(namespace.get().lastIndexOf('/') + 1))
            .build();
  }

  private static ServiceVolumeConfiguration volume(ServiceVolumeConfiguration written) {
    return written.managedEBSVolume() == null
            || written.managedEBSVolume().filesystemTypeAsString() != null
        ? written
        : written.toBuilder()
            .managedEBSVolume(written.managedEBSVolume().toBuilder().filesystemType("xfs").build())
            .build();
  }
}

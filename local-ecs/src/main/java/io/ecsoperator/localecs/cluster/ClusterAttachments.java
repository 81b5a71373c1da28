package io.ecsoperator.localecs.cluster;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.services.ecs.model.Attachment;
import software.amazon.awssdk.services.ecs.model.AutoScalingGroupProvider;
import software.amazon.awssdk.services.ecs.model.CapacityProvider;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.ManagedDraining;
import software.amazon.awssdk.services.ecs.model.ManagedScalingStatus;

/**
 * The attachments of a cluster to the Auto Scaling groups of its capacity providers: a scaling
 * policy for managed scaling, a lifecycle hook for managed draining.
 */
final class ClusterAttachments {
  static final String IN_PROGRESS = "UPDATE_IN_PROGRESS";

  private static final String COMPLETE = "UPDATE_COMPLETE";

  private final CapacityProviderStore providers;

  ClusterAttachments(CapacityProviderStore providers) {
    this.providers = providers;
  }

  /**
   * The cluster with the attachments that its capacity providers need, in progress if there are
   * any.
   */
  Cluster updating(Cluster cluster) {
    List<Attachment> attachments = of(cluster);
    return cluster.toBuilder()
        .attachments(attachments)
        .attachmentsStatus(attachments.isEmpty() ? COMPLETE : IN_PROGRESS)
        .build();
  }

  /** The cluster with all attachments created. */
  static Cluster updated(Cluster cluster) {
    return cluster.toBuilder()
        .attachments(
            cluster.attachments().stream()
                .map(attachment -> attachment.toBuilder().status("CREATED").build())
                .toList())
        .attachmentsStatus(COMPLETE)
        .build();
  }

  private List<Attachment> of(Cluster cluster) {
    List<Attachment> attachments = new ArrayList<>();
    for (String name : cluster.capacityProviders()) {
      Optional<AutoScalingGroupProvider> group =
          providers.find(name).map(CapacityProvider::autoScalingGroupProvider);
      group
          .filter(one -> one.managedScaling().status() == ManagedScalingStatus.ENABLED)
          .ifPresent(
              one ->
                  attachments.add(
                      attachment(
                          cluster,
                          name,
                          "as_policy",
                          "scalingPolicyName",
                          "ECSManagedAutoScalingPolicy-" + id(cluster, name, "policy"))));
      group
          .filter(one -> one.managedDraining() == ManagedDraining.ENABLED)
          .ifPresent(
              one ->
                  attachments.add(
                      attachment(
                          cluster,
                          name,
                          "managed_draining",
                          "autoScalingLifecycleHookName",
                          "ecs-managed-draining-termination-hook")));
    }
    return attachments;
  }

  private static Attachment attachment(
      Cluster cluster, String provider, String type, String member, String value) {
    String id = id(cluster, provider, type);
    return cluster.attachments().stream()
        .filter(present -> present.id().equals(id))
        .findFirst()
        .orElseGet(
            () ->
                Attachment.builder()
                    .id(id)
                    .type(type)
                    .status("PRECREATED")
                    .details(pair("capacityProviderName", provider), pair(member, value))
                    .build());
  }

  private static KeyValuePair pair(String name, String value) {
    return KeyValuePair.builder().name(name).value(value).build();
  }

  private static String id(Cluster cluster, String provider, String what) {
    return UUID.nameUUIDFromBytes(
            (cluster.clusterArn() + provider + what).getBytes(StandardCharsets.UTF_8))
        .toString();
  }
}

package io.ecsoperator.localecs.cluster;

import io.ecsoperator.localecs.tag.Tags;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.ecs.model.Attachment;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.ClusterConfiguration;
import software.amazon.awssdk.services.ecs.model.ClusterField;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;

/**
 * Clusters as ECS shows them: with counts and tags, limited to the members that the request
 * includes.
 */
record ClusterView(Tags tags, List<ClusterContents> contents) {
  ClusterContents.Counts counts(Cluster cluster) {
    return onFargate(cluster).plus(onEc2(cluster));
  }

  private ClusterContents.Counts onFargate(Cluster cluster) {
    return contents.stream()
        .map(kind -> kind.onFargate(cluster.clusterArn()))
        .reduce(ClusterContents.Counts.NONE, ClusterContents.Counts::plus);
  }

  private ClusterContents.Counts onEc2(Cluster cluster) {
    return contents.stream()
        .map(kind -> kind.onEc2(cluster.clusterArn()))
        .reduce(ClusterContents.Counts.NONE, ClusterContents.Counts::plus);
  }

  int containerInstances(Cluster cluster) {
    return contents.stream().mapToInt(kind -> kind.containerInstances(cluster.clusterArn())).sum();
  }

  /**
   * The cluster as write operations answer it: with settings, configuration, tags, and attachments
   * if it ever had any.
   */
  Cluster whole(Cluster cluster) {
    List<ClusterField> include =
        new ArrayList<>(
            List.of(ClusterField.SETTINGS, ClusterField.CONFIGURATIONS, ClusterField.TAGS));
    if (cluster.hasAttachments()) {
      include.add(ClusterField.ATTACHMENTS);
    }
    return shown(cluster, include);
  }

  /** The cluster as DescribeClusters answers it: members that are not included are empty lists. */
  Cluster shown(Cluster cluster, List<ClusterField> include) {
    ClusterContents.Counts counts = counts(cluster);
    Cluster.Builder shown =
        cluster.toBuilder()
            .registeredContainerInstancesCount(containerInstances(cluster))
            .runningTasksCount(counts.runningTasks())
            .pendingTasksCount(counts.pendingTasks())
            .activeServicesCount(counts.activeServices())
            .statistics(List.of())
            .tags(List.of());
    if (!include.contains(ClusterField.SETTINGS)) {
      shown.settings(List.of());
    }
    if (!include.contains(ClusterField.CONFIGURATIONS)) {
      shown.configuration((ClusterConfiguration) null);
    }
    if (include.contains(ClusterField.TAGS)) {
      shown.tags(tags.of(cluster.clusterArn()));
    }
    if (include.contains(ClusterField.STATISTICS)) {
      shown.statistics(statistics(onFargate(cluster), onEc2(cluster)));
    }
    if (!include.contains(ClusterField.ATTACHMENTS)) {
      shown.attachments((Collection<Attachment>) null).attachmentsStatus(null);
    } else if (!cluster.hasAttachments()) {
      shown.attachments(List.of());
    }
    return shown.build();
  }

  private static List<KeyValuePair> statistics(
      ClusterContents.Counts fargate, ClusterContents.Counts ec2) {
    Map<String, Integer> statistics = new LinkedHashMap<>();
    statistics.put("runningEC2TasksCount", ec2.runningTasks());
    statistics.put("runningFargateTasksCount", fargate.runningTasks());
    statistics.put("pendingEC2TasksCount", ec2.pendingTasks());
    statistics.put("pendingFargateTasksCount", fargate.pendingTasks());
    statistics.put("activeEC2ServiceCount", ec2.activeServices());
    statistics.put("activeFargateServiceCount", fargate.activeServices());
    statistics.put("drainingEC2ServiceCount", ec2.drainingServices());
    statistics.put("drainingFargateServiceCount", fargate.drainingServices());
    return statistics.entrySet().stream()
        .map(
            entry ->
                KeyValuePair.builder()
                    .name(entry.getKey())
                    .value(entry.getValue().toString())
                    .build())
        .toList();
  }
}

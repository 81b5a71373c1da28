package io.ecsoperator.localecs;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClusterField;
import software.amazon.awssdk.services.ecs.model.ServiceField;
import software.amazon.awssdk.services.ecs.model.TaskField;

/** A dump of all clusters of an account, to compare two worlds. */
final class WorldDump {
  private WorldDump() {}

  static String of(EcsClient client) {
    List<Object> seen = new ArrayList<>();
    client
        .listTaskDefinitionsPaginator()
        .taskDefinitionArns()
        .forEach(
            arn -> seen.add(client.describeTaskDefinition(d -> d.taskDefinition(arn)).toString()));
    client
        .listClustersPaginator()
        .clusterArns()
        .forEach(
            cluster -> {
              seen.add(
                  client
                      .describeClusters(
                          d ->
                              d.clusters(cluster).include(ClusterField.TAGS, ClusterField.SETTINGS))
                      .clusters());
              client
                  .listServicesPaginator(l -> l.cluster(cluster))
                  .serviceArns()
                  .forEach(
                      arn ->
                          seen.add(
                              client
                                  .describeServices(
                                      d ->
                                          d.cluster(cluster)
                                              .services(arn)
                                              .include(ServiceField.TAGS))
                                  .services()));
              for (String desired : List.of("RUNNING", "STOPPED")) {
                client
                    .listTasksPaginator(l -> l.cluster(cluster).desiredStatus(desired))
                    .taskArns()
                    .forEach(
                        arn ->
                            seen.add(
                                client
                                    .describeTasks(
                                        d -> d.cluster(cluster).tasks(arn).include(TaskField.TAGS))
                                    .tasks()));
              }
            });
    return seen.toString();
  }
}

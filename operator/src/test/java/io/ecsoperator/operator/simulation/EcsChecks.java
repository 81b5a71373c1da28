package io.ecsoperator.operator.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must hold in ECS once everything is quiet. */
final class EcsChecks {
  private final EcsWorld ecs;

  EcsChecks(EcsWorld ecs) {
    this.ecs = ecs;
  }

  /**
   * Each service exists once, and if it is Ready, where its spec says, with the count and the image
   * of its spec.
   *
   * @param stalled the names of objects that need a user's action
   */
  void converged(Collection<Step.Apply> wanted, Set<String> stalled) {
    Map<String, Step.Apply> byName = new HashMap<>();
    wanted.forEach(apply -> byName.put(apply.object().kind() + "/" + apply.object().name(), apply));
    Map<String, List<JsonNode>> services = new HashMap<>();
    for (JsonNode cluster : ecs.read("ListClusters", "{}").path("clusterArns")) {
      String name = cluster.asText().substring(cluster.asText().indexOf('/') + 1);
      require(byName.containsKey("EcsCluster/" + name), "Left over: " + cluster);
      activeServices(name)
          .forEach(
              service ->
                  services
                      .computeIfAbsent(
                          service.path("serviceName").asText(), first -> new ArrayList<>())
                      .add(service));
    }
    services
        .keySet()
        .forEach(name -> require(byName.containsKey("EcsService/" + name), "Left over: " + name));
    wanted.stream()
        .filter(apply -> apply.object().kind().equals("EcsService"))
        .forEach(apply -> check(apply, services, byName, stalled));
    jobsRunOnce();
  }

  private void check(
      Step.Apply service,
      Map<String, List<JsonNode>> services,
      Map<String, Step.Apply> wanted,
      Set<String> stalled) {
    String name = service.object().name();
    List<JsonNode> present = services.getOrDefault(name, List.of());
    require(present.size() == 1, "Service " + name + " exists " + present.size() + " times");
    if (stalled.contains("EcsService/" + name)) {
      return;
    }
    JsonNode found = present.getFirst();
    String cluster = service.spec().at("/clusterRef/name").asText();
    require(
        found.path("clusterArn").asText().endsWith("/" + cluster),
        "Service " + name + " is not in " + cluster);
    require(
        found.path("desiredCount").equals(service.spec().path("desiredCount")),
        "Service " + name + " has the count " + found.path("desiredCount"));
    String definition = service.spec().at("/taskDefinitionRef/name").asText();
    ObjectNode revision =
        ecs.read(
            "DescribeTaskDefinition",
            "{'taskDefinition':'" + found.path("taskDefinition").asText() + "'}");
    String image =
        wanted
            .get("EcsTaskDefinition/" + definition)
            .spec()
            .at("/containerDefinitions/0/image")
            .asText();
    String running = revision.at("/taskDefinition/containerDefinitions/0/image").asText();
    require(image.equals(running), "Service " + name + " runs " + running + ", not " + image);
  }

  private List<JsonNode> activeServices(String cluster) {
    List<JsonNode> active = new ArrayList<>();
    for (JsonNode arn :
        ecs.read("ListServices", "{'maxResults':100,'cluster':'" + cluster + "'}")
            .path("serviceArns")) {
      ecs.read(
              "DescribeServices",
              "{'cluster':'" + cluster + "','services':['" + arn.asText() + "']}")
          .path("services")
          .forEach(active::add);
    }
    return active;
  }

  /** No revision is registered more often than its object changes. */
  void notDoubled(Map<String, Integer> changes) {
    ecs.registrations()
        .forEach(
            (family, count) ->
                require(
                    count <= changes.getOrDefault(family, 0),
                    "%d registrations of %s, with %d changes"
                        .formatted(count, family, changes.getOrDefault(family, 0))));
  }

  /** No job has two tasks. */
  private void jobsRunOnce() {
    Map<String, Integer> runs = new HashMap<>();
    ecs.startedTasks().values().forEach(job -> runs.merge(job, 1, Integer::sum));
    runs.forEach((job, count) -> require(count == 1, job + " ran " + count + " times"));
  }

  /** Nothing is left. */
  void empty() {
    for (JsonNode cluster : ecs.read("ListClusters", "{}").path("clusterArns")) {
      require(false, "Left over: " + cluster);
    }
    for (JsonNode revision :
        ecs.read("ListTaskDefinitions", "{'status':'ACTIVE'}").path("taskDefinitionArns")) {
      require(revision.asText().contains("/" + Scenario.FOREIGN + ":"), "Left over: " + revision);
    }
    for (JsonNode provider :
        ecs.read("DescribeCapacityProviders", "{}").path("capacityProviders")) {
      require(
          provider.path("name").asText().startsWith("FARGATE")
              || !provider.path("status").asText().equals("ACTIVE"),
          "Left over: " + provider);
    }
    jobsRunOnce();
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new Simulation.Failed(otherwise);
    }
  }
}

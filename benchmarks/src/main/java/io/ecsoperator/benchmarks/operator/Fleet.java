package io.ecsoperator.benchmarks.operator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One cluster, and pairs of a task definition and a service with one task of it. */
final class Fleet {
  static final String CLUSTER = "fleet";

  /** Enough to keep an API server on a few cores busy. */
  private static final int CREATED_AT_ONCE = 16;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesClient client;
  private final String namespace;
  private int pairs;

  Fleet(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** The number of objects, the cluster included. */
  int objects() {
    return pairs == 0 ? 0 : 2 * pairs + 1;
  }

  static String name(int pair) {
    return "web-%05d".formatted(pair);
  }

  /**
   * Adds pairs, all definitions first, until there are {@code wanted}; returns when the API server
   * has accepted the last one.
   */
  void growTo(int wanted) throws IOException, InterruptedException {
    List<EcsResource<?>> added = new ArrayList<>();
    if (pairs == 0) {
      added.add(named(new EcsCluster(), CLUSTER, "{}"));
    }
    Stream.<EcsResource<?>>concat(
            IntStream.range(pairs, wanted).mapToObj(this::definition),
            IntStream.range(pairs, wanted).mapToObj(this::service))
        .forEach(added::add);
    try (ExecutorService executor =
        Executors.newFixedThreadPool(CREATED_AT_ONCE, Thread.ofVirtual().factory())) {
      List<Future<?>> created = new ArrayList<>();
      added.forEach(one -> created.add(executor.submit(() -> client.resource(one).create())));
      for (Future<?> one : created) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("The API server refused an object", e.getCause());
    }
    pairs = wanted;
  }

  private EcsTaskDefinition definition(int pair) {
    return named(
        new EcsTaskDefinition(),
        name(pair),
        """
        {
          "requiresCompatibilities": ["FARGATE"],
          "networkMode": "awsvpc",
          "cpu": "256",
          "memory": "512",
          "containerDefinitions": [
            {
              "name": "web",
              "image": "public.ecr.aws/docker/library/nginx:1.29",
              "portMappings": [{"containerPort": 80}],
              "environment": [
                {"name": "STAGE", "value": "test"},
                {"name": "PAIR", "value": "%d"}
              ]
            }
          ]
        }
        """
            .formatted(pair));
  }

  private EcsService service(int pair) {
    return named(
        new EcsService(),
        name(pair),
        """
        {
          "clusterRef": {"name": "%s"},
          "taskDefinitionRef": {"name": "%s"},
          "launchType": "FARGATE",
          "desiredCount": 1,
          "networkConfiguration": {
            "awsvpcConfiguration": {"subnets": ["subnet-0123456789abcdef0"]}
          }
        }
        """
            .formatted(CLUSTER, name(pair)));
  }

  private <R extends EcsResource<?>> R named(R object, String name, String spec) {
    object.setMetadata(new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
    object.setSpec(parse(spec));
    return object;
  }

  private static ObjectNode parse(String spec) {
    try {
      return (ObjectNode) JSON.readTree(spec);
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }
}

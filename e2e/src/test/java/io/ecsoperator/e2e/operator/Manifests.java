package io.ecsoperator.e2e.operator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Objects that the tests apply. What a test is about stands in the test itself. */
final class Manifests {
  /** The folder of the project's samples; the build runs tests in their module. */
  static final Path SAMPLES = Path.of("..", "samples");

  private Manifests() {}

  static String sample(String path) {
    try {
      return Files.readString(SAMPLES.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String all(String... manifests) {
    return String.join("\n---\n", manifests);
  }

  static String cluster(String name, String... spec) {
    return object("EcsCluster", name, spec);
  }

  /** One container, named {@code app}. */
  static String taskDefinition(String name, String image, String... spec) {
    return object(
        "EcsTaskDefinition",
        name,
        """
        requiresCompatibilities: [FARGATE]
        networkMode: awsvpc
        cpu: "256"
        memory: "512"
        containerDefinitions: [{name: app, image: %s}]"""
            .formatted(image),
        String.join("\n", spec));
  }

  /** On Fargate, in the EcsCluster and of the EcsTaskDefinition of these names. */
  static String service(String name, String cluster, String taskDefinition, String... spec) {
    return object("EcsService", name, runs(cluster, taskDefinition), String.join("\n", spec));
  }

  /** On Fargate, in the EcsCluster and of the EcsTaskDefinition of these names. */
  static String task(String name, String cluster, String taskDefinition, String... spec) {
    return object("EcsTask", name, runs(cluster, taskDefinition), String.join("\n", spec));
  }

  private static String runs(String cluster, String taskDefinition) {
    return """
        clusterRef: {name: %s}
        taskDefinitionRef: {name: %s}
        launchType: FARGATE
        networkConfiguration: {awsvpcConfiguration: {subnets: [subnet-1]}}"""
        .formatted(cluster, taskDefinition);
  }

  static String object(String kind, String name, String... spec) {
    String members = String.join("\n", spec).strip();
    return "apiVersion: ecs-operator.io/v1alpha1\nkind: %s\nmetadata: {name: %s}\nspec:%s"
        .formatted(kind, name, members.isEmpty() ? " {}" : "\n" + members.indent(2));
  }
}

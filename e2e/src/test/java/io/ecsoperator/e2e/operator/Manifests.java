package io.ecsoperator.e2e.operator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Manifests that tests apply; each test adds the members that it is about. */
final class Manifests {
  /** The folder of the project's samples, relative to the module in which the tests run. */
  static final Path SAMPLES = Path.of("..", "samples");

  private Manifests() {}

  static String sample(String path) {
    return read(SAMPLES.resolve(path));
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All files of a folder of the samples, in the order in which kubectl applies them. */
  static String folder(String path) {
    try (Stream<Path> files = Files.list(SAMPLES.resolve(path))) {
      return all(
          files
              .filter(file -> file.toString().endsWith(".yaml"))
              .sorted()
              .map(file -> sample(SAMPLES.relativize(file).toString()))
              .toArray(String[]::new));
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

  /** A task definition with one container that is named {@code app}. */
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

  /** A service on Fargate that refers to the EcsCluster and EcsTaskDefinition of these names. */
  static String service(String name, String cluster, String taskDefinition, String... spec) {
    return object("EcsService", name, runs(cluster, taskDefinition), String.join("\n", spec));
  }

  /** A task on Fargate that refers to the EcsCluster and EcsTaskDefinition of these names. */
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

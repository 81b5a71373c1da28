package io.ecsoperator.e2e.iam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The policies of {@code iam/policies}, by the name of their feature. */
public record IamPolicies(SortedMap<String, List<Statement>> byFeature) {
  /** Relative to the module, in which the tests run. */
  static final Path FOLDER = Path.of("../iam");

  private static final String ECS = "ecs:";

  /** What one statement allows. */
  record Statement(List<String> actions, JsonNode resource, JsonNode condition) {
    private static final String OWNER = "ecs-operator.io/owner";

    /** Whether it allows a call, judged by what the request shows: the owner tag in it. */
    private boolean allows(String operation, JsonNode request) {
      boolean needsOwner = condition.at("/StringLike").has("aws:RequestTag/" + OWNER);
      return actions.contains(ECS + operation)
          && (!needsOwner
              || request
                  .path("tags")
                  .valueStream()
                  .anyMatch(tag -> tag.path("key").asText().equals(OWNER)));
    }

    /** The ECS operations among the actions. */
    Stream<String> operations() {
      return actions.stream()
          .filter(action -> action.startsWith(ECS))
          .map(action -> action.substring(ECS.length()));
    }
  }

  public static IamPolicies read() {
    SortedMap<String, List<Statement>> policies = new TreeMap<>();
    for (Path file : files("policies")) {
      String name = file.getFileName().toString();
      policies.put(name.substring(0, name.lastIndexOf('.')), statements(file));
    }
    return new IamPolicies(policies);
  }

  /** Whether some policy allows a call, as far as the request shows it. */
  public boolean allows(String operation, JsonNode request) {
    return byFeature.values().stream()
        .flatMap(List::stream)
        .anyMatch(statement -> statement.allows(operation, request));
  }

  /** The ECS operations that some policy allows. */
  SortedSet<String> operations() {
    return operations(_ -> true);
  }

  /** The ECS operations that a role with the policies of these features may call. */
  SortedSet<String> operations(Predicate<String> features) {
    return byFeature.entrySet().stream()
        .filter(policy -> features.test(policy.getKey()))
        .flatMap(policy -> policy.getValue().stream())
        .flatMap(Statement::operations)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The JSON files of a folder, by name. */
  static List<Path> files(String folder) {
    try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Statement> statements(Path file) {
    try {
      return StreamSupport.stream(
              new ObjectMapper().readTree(file.toFile()).required("Statement").spliterator(), false)
          .map(
              statement ->
                  new Statement(
                      StreamSupport.stream(statement.required("Action").spliterator(), false)
                          .map(JsonNode::asText)
                          .toList(),
                      statement.required("Resource"),
                      statement.path("Condition")))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }
}

package io.ecsoperator.crdgenerator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.utils.builder.Buildable;

/**
 * Finds the kinds by their fragments: {@code Ecs*.yaml} files that stand beside the Java type of
 * the same name. The fragment's {@code request} and {@code described} name the SDK's types.
 */
final class ResourceKinds {
  private static final String SDK_PACKAGE = EcsClient.class.getPackageName() + ".model.";

  /** Members that a fragment may have; another one is a typing error. */
  private static final Set<String> MEMBERS =
      Set.of(
          "request",
          "described",
          "setByOperator",
          "description",
          "aws",
          "kubernetes",
          "mutable",
          "immutableMessage",
          "rules",
          "objectRules",
          "scale",
          "columns",
          "types");

  private ResourceKinds() {}

  /**
   * The kinds in the source folder {@code sources}, by the path of their fragments.
   *
   * @throws IllegalArgumentException if a fragment is incomplete or names a class that does not
   *     exist; the message names the fragment
   */
  static List<ResourceKind> in(Path sources) throws IOException {
    try (Stream<Path> files = Files.walk(sources)) {
      return files
          .filter(file -> file.getFileName().toString().matches("Ecs\\w+\\.yaml"))
          .sorted()
          .map(file -> kind(sources, file))
          .toList();
    }
  }

  private static ResourceKind kind(Path sources, Path file) {
    ObjectNode fragment = Fragments.read(file);
    String name = file.getFileName().toString();
    Set<String> unknown = new TreeSet<>();
    fragment.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(MEMBERS);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(name + " has unknown members: " + unknown);
    }
    Class<? extends EcsResource<?>> resource = resource(sources, file);
    return new ResourceKind(
        resource,
        status(resource),
        sdkType(name, fragment, "request"),
        sdkType(name, fragment, "described"),
        texts(fragment.path("setByOperator")),
        fragment);
  }

  /** The class that has the fragment's path and name. */
  @SuppressWarnings("unchecked")
  private static Class<? extends EcsResource<?>> resource(Path sources, Path file) {
    String className =
        StreamSupport.stream(sources.relativize(file).spliterator(), false)
            .map(Path::toString)
            .collect(Collectors.joining("."))
            .replaceFirst("\\.yaml$", "");
    try {
      return (Class<? extends EcsResource<?>>)
          Class.forName(className).asSubclass(EcsResource.class);
    } catch (ClassNotFoundException | ClassCastException e) {
      throw new IllegalArgumentException(
          "%s needs the class %s beside it, which extends EcsResource"
              .formatted(file.getFileName(), className),
          e);
    }
  }

  private static Class<? extends EcsStatus> status(Class<? extends EcsResource<?>> resource) {
    var parent = (ParameterizedType) resource.getGenericSuperclass();
    return ((Class<?>) parent.getActualTypeArguments()[0]).asSubclass(EcsStatus.class);
  }

  private static SdkPojo sdkType(String file, ObjectNode fragment, String member) {
    String type = fragment.path(member).asText();
    if (type.isEmpty()) {
      throw new IllegalArgumentException(file + " has no " + member + ": name a type of the SDK");
    }
    try {
      Object builder = Class.forName(SDK_PACKAGE + type).getMethod("builder").invoke(null);
      return (SdkPojo) ((Buildable) builder).build();
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new IllegalArgumentException(
          "%s: %s is %s, but the SDK has no type %s%s"
              .formatted(file, member, type, SDK_PACKAGE, type),
          e);
    }
  }

  private static Set<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(JsonNode::textValue)
        .collect(Collectors.toUnmodifiableSet());
  }
}

package io.ecsoperator.controlplane;

import io.ecsoperator.crds.ResourceTypes;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The CRDs of this project, one for each kind on the class path, as {@code crds} has them. */
public final class CustomResourceDefinitions {
  private static final long ESTABLISHED_LIMIT_SECONDS = 30;

  private CustomResourceDefinitions() {}

  /** Applies all of them, also if they exist, and waits until the API server serves them. */
  public static void apply(KubernetesClient client) {
    List<CustomResourceDefinition> definitions =
        ResourceTypes.all().stream()
            .map(type -> read("/crds/" + HasMetadata.getPlural(type) + ".yaml"))
            .toList();
    definitions.forEach(definition -> apply(client, definition));
    definitions.forEach(definition -> awaitEstablished(client, definition));
  }

  private static CustomResourceDefinition read(String resource) {
    try (var in = CustomResourceDefinitions.class.getResourceAsStream(resource)) {
      return Serialization.unmarshal(
          Objects.requireNonNull(in, () -> "The classpath has no " + resource),
          CustomResourceDefinition.class);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + resource, e);
    }
  }

  private static void apply(KubernetesClient client, CustomResourceDefinition definition) {
    client
        .resource(definition)
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager("ecs-operator-install")
                .withForce(true)
                .build());
  }

  private static void awaitEstablished(
      KubernetesClient client, CustomResourceDefinition definition) {
    client
        .resource(definition)
        .waitUntilCondition(
            CustomResourceDefinitions::isEstablished, ESTABLISHED_LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  private static boolean isEstablished(@Nullable CustomResourceDefinition definition) {
    return definition != null
        && definition.getStatus() != null
        && definition.getStatus().getConditions() != null
        && definition.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"));
  }
}

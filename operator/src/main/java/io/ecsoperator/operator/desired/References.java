package io.ecsoperator.operator.desired;

import io.ecsoperator.crds.EcsResource;
import java.util.Optional;

/** Turns references by name into ARNs. A reference never leaves the object's namespace. */
public final class References {
  private final KubernetesObjects objects;

  public References(KubernetesObjects objects) {
    this.objects = objects;
  }

  /** The cluster of a service or task; ECS's own default where the spec names none. */
  public Reference cluster(Desired desired) {
    return desired
        .reference("clusterRef")
        .map(name -> resolve("EcsCluster", name, objects.cluster(desired.key().namespace(), name)))
        .orElseGet(() -> new Reference.Resolved(desired.aws().path("cluster").asText("default")));
  }

  /**
   * The task definition of a service or task: the newest revision of the object that is referred
   * to. Empty where the spec has neither a reference nor a literal.
   */
  public Optional<Reference> taskDefinition(Desired desired) {
    return desired
        .reference("taskDefinitionRef")
        .map(
            name ->
                resolve(
                    "EcsTaskDefinition",
                    name,
                    objects.taskDefinition(desired.key().namespace(), name)))
        .or(
            () ->
                Optional.of(desired.aws().path("taskDefinition").asText())
                    .filter(literal -> !literal.isEmpty())
                    .map(Reference.Resolved::new));
  }

  private static Reference resolve(
      String kind, String name, Optional<? extends EcsResource<?>> referred) {
    if (referred.isEmpty()) {
      return new Reference.Waiting(kind + " " + name + " does not exist in this namespace.");
    }
    if (referred.get().isMarkedForDeletion()) {
      return new Reference.Waiting(kind + " " + name + " is being deleted.");
    }
    return Optional.ofNullable(referred.get().getStatus())
        .map(status -> status.common().arn())
        .<Reference>map(Reference.Resolved::new)
        .orElseGet(() -> new Reference.Waiting(kind + " " + name + " has no ARN yet."));
  }
}

package io.ecsoperator.operator;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.operator.desired.KubernetesObjects;
import io.ecsoperator.operator.desired.ReferenceField;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The objects of a namespace; services and tasks refer to every cluster and task definition. */
public final class Objects implements KubernetesObjects {
  private static final ReferenceField FOLLOWED =
      ReferenceField.of("taskDefinitionRef", "EcsTaskDefinition", "taskDefinition").following();
  private static final ReferenceField PINNED =
      ReferenceField.of("taskDefinitionRef", "EcsTaskDefinition", "taskDefinition");

  private final List<EcsResource<?>> objects = new ArrayList<>();

  public Objects with(EcsResource<?> object) {
    objects.add(object);
    return this;
  }

  @Override
  public Optional<EcsResource<?>> find(ObjectKey key) {
    return objects.stream().filter(object -> ObjectKey.of(object).equals(key)).findFirst();
  }

  @Override
  public Optional<EcsResource<?>> read(ObjectKey key) {
    return find(key);
  }

  @Override
  public List<Referrer> referrers(ObjectKey referred) {
    return objects.stream()
        .filter(object -> !ObjectKey.of(object).equals(referred))
        .flatMap(
            object ->
                switch (object.getKind()) {
                  case "EcsService" -> Optional.of(new Referrer(object, FOLLOWED)).stream();
                  case "EcsTask" -> Optional.of(new Referrer(object, PINNED)).stream();
                  default -> Optional.<Referrer>empty().stream();
                })
        .toList();
  }
}

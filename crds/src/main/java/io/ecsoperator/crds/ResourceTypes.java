package io.ecsoperator.crds;

import io.fabric8.kubernetes.api.model.KubernetesResource;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/** The Java types of all kinds that are on the class path. */
public final class ResourceTypes {
  private ResourceTypes() {}

  /** The types by name, as the build of this module lists them for {@link ServiceLoader}. */
  @SuppressWarnings("unchecked")
  public static List<Class<? extends EcsResource<? extends EcsStatus>>> all() {
    return ServiceLoader.load(KubernetesResource.class).stream()
        .map(ServiceLoader.Provider::type)
        .filter(EcsResource.class::isAssignableFrom)
        .<Class<? extends EcsResource<? extends EcsStatus>>>map(
            type -> (Class<? extends EcsResource<? extends EcsStatus>>) type)
        .sorted(Comparator.comparing(Class::getName))
        .toList();
  }
}

package io.ecsoperator.crds.capacityprovider;

import io.ecsoperator.crds.EcsResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Optional;

/** An ECS capacity provider; the spec has CreateCapacityProvider's members. */
@Group(EcsResource.GROUP)
@Version(EcsResource.VERSION)
@Kind("EcsCapacityProvider")
@Plural("ecscapacityproviders")
@Singular("ecscapacityprovider")
@ShortNames("ecscp")
public final class EcsCapacityProvider extends EcsResource<EcsCapacityProviderStatus> {
  private static final long serialVersionUID = 1L;

  @Override
  protected Optional<String> nameMember() {
    return Optional.of("name");
  }
}

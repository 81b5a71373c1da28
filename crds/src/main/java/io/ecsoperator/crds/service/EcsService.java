package io.ecsoperator.crds.service;

import io.ecsoperator.crds.EcsResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Optional;

/** An ECS service; the spec has CreateService's members without clientToken. */
@Group(EcsResource.GROUP)
@Version(EcsResource.VERSION)
@Kind("EcsService")
@Plural("ecsservices")
@Singular("ecsservice")
@ShortNames("ecssvc")
public final class EcsService extends EcsResource<EcsServiceStatus> {
  private static final long serialVersionUID = 1L;

  @Override
  protected Optional<String> nameMember() {
    return Optional.of("serviceName");
  }
}

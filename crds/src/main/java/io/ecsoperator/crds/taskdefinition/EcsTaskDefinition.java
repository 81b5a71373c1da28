package io.ecsoperator.crds.taskdefinition;

import io.ecsoperator.crds.EcsResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Optional;

/** A task definition family; the spec has RegisterTaskDefinition's members. */
@Group(EcsResource.GROUP)
@Version(EcsResource.VERSION)
@Kind("EcsTaskDefinition")
@Plural("ecstaskdefinitions")
@Singular("ecstaskdefinition")
@ShortNames("ecstd")
public final class EcsTaskDefinition extends EcsResource<EcsTaskDefinitionStatus> {
  private static final long serialVersionUID = 1L;

  @Override
  protected Optional<String> nameMember() {
    return Optional.of("family");
  }
}

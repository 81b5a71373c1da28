package io.ecsoperator.crdgenerator.madeup;

import io.ecsoperator.crds.EcsResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Optional;

/** A kind that no other file of the project names. */
@Group(EcsResource.GROUP)
@Version(EcsResource.VERSION)
@Kind("EcsAttributes")
@Plural("ecsattributes")
@Singular("ecsattributes")
@ShortNames("ecsattr")
public final class EcsAttributes extends EcsResource<EcsAttributesStatus> {
  private static final long serialVersionUID = 1L;

  @Override
  protected Optional<String> nameMember() {
    return Optional.empty();
  }
}

package io.ecsoperator.crds.cluster;

import io.ecsoperator.crds.EcsResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Optional;

/** An ECS cluster; the spec has CreateCluster's members. */
@Group(EcsResource.GROUP)
@Version(EcsResource.VERSION)
@Kind("EcsCluster")
@Plural("ecsclusters")
@Singular("ecscluster")
@ShortNames("ecsc")
public final class EcsCluster extends EcsResource<EcsClusterStatus> {
  private static final long serialVersionUID = 1L;

  @Override
  protected Optional<String> nameMember() {
    return Optional.of("clusterName");
  }
}

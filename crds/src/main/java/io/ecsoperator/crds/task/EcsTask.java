package io.ecsoperator.crds.task;

import io.ecsoperator.crds.EcsResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Optional;

/**
 * One run of a task to its end; the spec has RunTask's members without clientToken and startedBy.
 */
@Group(EcsResource.GROUP)
@Version(EcsResource.VERSION)
@Kind("EcsTask")
@Plural("ecstasks")
@Singular("ecstask")
@ShortNames("ecstask")
public final class EcsTask extends EcsResource<EcsTaskStatus> {
  private static final long serialVersionUID = 1L;

  @Override
  protected Optional<String> nameMember() {
    return Optional.empty();
  }
}

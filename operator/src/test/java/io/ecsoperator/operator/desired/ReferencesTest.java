package io.ecsoperator.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.Wanted;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReferencesTest {
  private static final Wanted BY_NAME = Wanted.service("{'clusterRef':{'name':'main'}}");
  private final Objects objects = new Objects();
  private final References references = new References(objects);

  @Test
  void aLiteralIsTakenAsItIs() {
    assertThat(references.cluster(Wanted.service("{'cluster':'prod'}").desired()))
        .isEqualTo(new Reference.Resolved("prod"));
    assertThat(references.taskDefinition(Wanted.service("{'taskDefinition':'web:3'}").desired()))
        .contains(new Reference.Resolved("web:3"));
  }

  @Test
  void withoutEitherTheClusterIsEcssDefaultAndThereIsNoTaskDefinition() {
    assertThat(references.cluster(Wanted.service("{}").desired()))
        .isEqualTo(new Reference.Resolved("default"));
    assertThat(references.taskDefinition(Wanted.service("{}").desired()))
        .isEqualTo(Optional.empty());
  }

  @Test
  void anObjectIsReferredToByItsArn() {
    objects.with(cluster("arn:main"));

    assertThat(references.cluster(BY_NAME.desired())).isEqualTo(new Reference.Resolved("arn:main"));
  }

  @Test
  void whatIsNotThereNotMadeYetOrGoingIsWaitedForByName() {
    assertThat(references.cluster(BY_NAME.desired()))
        .isEqualTo(new Reference.Waiting("EcsCluster main does not exist in this namespace."));

    EcsCluster cluster = cluster(null);
    objects.with(cluster);
    assertThat(references.cluster(BY_NAME.desired()))
        .isEqualTo(new Reference.Waiting("EcsCluster main has no ARN yet."));

    cluster.getMetadata().setDeletionTimestamp(Instant.EPOCH.toString());
    assertThat(references.cluster(BY_NAME.desired()))
        .isEqualTo(new Reference.Waiting("EcsCluster main is being deleted."));
  }

  @Test
  void anObjectOfAnotherNamespaceIsOutOfReach() {
    EcsCluster elsewhere = cluster("arn:main");
    elsewhere.getMetadata().setNamespace("other");
    objects.with(elsewhere);

    assertThat(references.cluster(BY_NAME.desired())).isInstanceOf(Reference.Waiting.class);
  }

  private static EcsCluster cluster(String arn) {
    EcsCluster cluster = (EcsCluster) Wanted.cluster("{}").named("main").object();
    cluster.setStatus(new EcsClusterStatus(CommonStatus.unknown().withArn(arn), null, null));
    return cluster;
  }
}

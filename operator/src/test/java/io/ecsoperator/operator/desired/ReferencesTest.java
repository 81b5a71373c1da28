package io.ecsoperator.operator.desired;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.Wanted;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReferencesTest {
  private static final ReferenceField CLUSTER =
      ReferenceField.of("clusterRef", "EcsCluster", "cluster");
  private static final Wanted BY_NAME = Wanted.service("{'clusterRef':{'name':'main'}}");
  private final Objects objects = new Objects();
  private final References references = new References(objects);

  @Test
  void aLiteralIsTakenAsItIs() {
    ResolvedReferences resolved =
        resolve(Wanted.service("{'cluster':'prod','taskDefinition':'web:3'}"));

    assertThat(resolved.aws()).isEqualTo(tree("{'cluster':'prod','taskDefinition':'web:3'}"));
    assertThat(resolved.cluster()).isEqualTo("prod");
    assertThat(resolved.waiting()).isEmpty();
  }

  @Test
  void withoutEitherTheClusterIsEcssDefaultAndThereIsNoTaskDefinition() {
    ResolvedReferences resolved = resolve(Wanted.service("{}"));

    assertThat(resolved.cluster()).isEqualTo("default");
    assertThat(resolved.aws().has("taskDefinition")).isFalse();
  }

  @Test
  void anObjectIsReferredToByItsArn() {
    objects.with(cluster("arn:main"));

    assertThat(resolve(BY_NAME).aws()).isEqualTo(tree("{'cluster':'arn:main'}"));
    assertThat(resolve(BY_NAME).isResolved("clusterRef")).isTrue();
  }

  @Test
  void messageNamesAnObjectThatIsAbsentNotCreatedOrTerminating() {
    assertThat(resolve(BY_NAME).waiting())
        .contains("Waiting for EcsCluster main: it does not exist in this namespace.");
    assertThat(resolve(BY_NAME).isResolved("clusterRef")).isFalse();
    assertThat(resolve(BY_NAME).aws()).isEqualTo(tree("{}"));

    EcsCluster cluster = cluster(null);
    objects.with(cluster);
    assertThat(resolve(BY_NAME).waiting())
        .contains("Waiting for EcsCluster main: it has not been created in ECS yet.");

    cluster.getMetadata().setDeletionTimestamp(Instant.EPOCH.toString());
    assertThat(resolve(BY_NAME).waiting())
        .contains("Waiting for EcsCluster main: it is being deleted.");
  }

  @Test
  void anObjectOfAnotherNamespaceIsOutOfReach() {
    EcsCluster elsewhere = cluster("arn:main");
    elsewhere.getMetadata().setNamespace("other");
    objects.with(elsewhere);

    assertThat(resolve(BY_NAME).waiting()).isPresent();
  }

  @Test
  void aListOfReferencesIsAddedToTheLiteralsByName() {
    objects.with(cluster("arn:aws:ecs:eu-central-1:1:cluster/main"));
    ReferenceField field =
        ReferenceField.of("capacityProviderRefs", "EcsCluster", "capacityProviders").byName();

    ResolvedReferences resolved =
        references.resolve(
            wanted(
                "{'capacityProviders':['FARGATE'],'capacityProviderRefs':[{'name':'main'},{'name':'gone'}]}"),
            List.of(field));

    assertThat(resolved.aws()).isEqualTo(tree("{'capacityProviders':['FARGATE','main']}"));
    assertThat(resolved.waiting())
        .contains("Waiting for EcsCluster gone: it does not exist in this namespace.");
  }

  @Test
  void aReferenceInAnItemOfAListIsReplacedThere() {
    objects.with(cluster("arn:aws:ecs:eu-central-1:1:cluster/main"));
    ReferenceField field =
        ReferenceField.of("capacityProviderRef", "EcsCluster", "capacityProvider")
            .byName()
            .inItemsOf("strategy");

    ResolvedReferences resolved =
        references.resolve(
            Wanted.cluster(
                    "{'strategy':[{'capacityProviderRef':{'name':'main'},'weight':1},{'capacityProvider':'FARGATE'}]}")
                .desired(),
            List.of(field));

    assertThat(resolved.aws())
        .isEqualTo(
            tree(
                "{'strategy':[{'weight':1,'capacityProvider':'main'},{'capacityProvider':'FARGATE'}]}"));
    assertThat(resolved.waiting()).isEmpty();
  }

  private static Desired wanted(String spec) {
    return Desired.of(Wanted.cluster(spec).object(), Set.of("capacityProviderRefs"));
  }

  private ResolvedReferences resolve(Wanted wanted) {
    return references.resolve(
        wanted.desired(),
        List.of(
            CLUSTER,
            ReferenceField.of("taskDefinitionRef", "EcsTaskDefinition", "taskDefinition")));
  }

  private static EcsCluster cluster(String arn) {
    EcsCluster cluster = (EcsCluster) Wanted.cluster("{}").named("main").object();
    cluster.setStatus(new EcsClusterStatus(CommonStatus.unknown().withArn(arn), null, null));
    return cluster;
  }
}

package io.ecsoperator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class AppliedPathsTest {

  @Test
  void fieldsGoByNameItemsOfKeyedListsByKeyOtherListsAsOne() {
    assertThat(
            AppliedPaths.of(
                Shape.SERVICE,
                Json.object(
                    """
                    {serviceName: 'web', tags: [{key: 'team', value: 'a'}],
                     loadBalancers: [{containerName: 'web', containerPort: 80}], placementStrategy: [],
                     deploymentConfiguration: {maximumPercent: 150, alarms: {}},
                     volumeConfigurations: [{name: 'data', managedEBSVolume: {sizeInGiB: 5}}],
                     serviceConnectConfiguration: {logConfiguration: {options: {'awslogs.group': 'g'}}}}""")))
        .containsExactly(
            "deploymentConfiguration.maximumPercent",
            "loadBalancers",
            "placementStrategy",
            "serviceConnectConfiguration.logConfiguration.options[awslogs.group]",
            "serviceName",
            "tags[team]",
            "volumeConfigurations[data].managedEBSVolume.sizeInGiB",
            "volumeConfigurations[data].name");
  }

  @Test
  void ofATaskDefinitionOnlyTheTags() {
    assertThat(
            AppliedPaths.of(
                Shape.TASK_DEFINITION,
                Json.object(
                    "{family: 'web', containerDefinitions: [{name: 'web'}], tags: [{key: 'a', value: ''}]}")))
        .containsExactly("tags[a]");
  }

  @Test
  void depthIsBounded() {
    ObjectNode deep = Json.object("{a: {b: {c: {d: {e: {f: {g: {h: {i: {j: 1}}}}}}}}}}");
    assertThat(AppliedPaths.of(Shape.SERVICE, deep)).containsExactly("a.b.c.d.e.f.g.h");
  }

  @Test
  void whatAnUpdateHasResetIsForgottenWithAllBelowItEvenIfEcsFillsItInAgain() {
    ObjectNode observed =
        Json.object(
            "{serviceConnectConfiguration: {enabled: true, namespace: 'ours'}, volumeConfigurations: [{name: 'data', managedEBSVolume: {iops: 4000}}]}");
    ObjectNode desired = Json.object("{serviceConnectConfiguration: {enabled: true}}");
    Differ differ = new Differ();
    List<String> applied = AppliedPaths.of(Shape.SERVICE, observed);

    List<FieldChange> changes = differ.diff(Shape.SERVICE, desired, observed, applied, List.of());
    List<String> left = AppliedPaths.afterUpdate(applied, changes);

    assertThat(left).containsExactly("serviceConnectConfiguration.enabled");
    ObjectNode filledIn =
        Json.object("{serviceConnectConfiguration: {enabled: true, namespace: 'default'}}");
    assertThat(differ.diff(Shape.SERVICE, desired, filledIn, applied, List.of())).hasSize(1);
    assertThat(differ.diff(Shape.SERVICE, desired, filledIn, left, List.of())).isEmpty();
  }
}

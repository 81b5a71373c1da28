package io.ecsoperator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
}

package io.ecsoperator.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.desired.Desired;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IgnoredFieldsTest {

  @ParameterizedTest
  @CsvSource({
    "EcsService, desiredCount",
    "EcsService, taskDefinition",
    "EcsService, tags[team]",
    "EcsService, loadBalancers",
    "EcsService, deploymentConfiguration.deploymentCircuitBreaker.enable",
    "EcsService, template.containerDefinitions[web].image",
    "EcsTaskDefinition, containerDefinitions[web].image",
    "EcsTaskDefinition, containerDefinitions[web].environment[MODE]",
    "EcsTaskDefinition, containerDefinitions[web].dockerLabels[a.b/c]",
    "EcsTaskDefinition, volumes[data].efsVolumeConfiguration.fileSystemId",
    "EcsCluster, settings[containerInsights]",
    "EcsCluster, defaultCapacityProviderStrategy",
    "EcsCapacityProvider, autoScalingGroupProvider.managedScaling.targetCapacity",
  })
  void aPathOfAFieldIsNotReported(String kind, String path) {
    assertThat(of(kind).unknown(ignoring(path))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "EcsService, desiredcount",
    "EcsService, spec.desiredCount",
    "EcsService, taskDefinitionRef",
    "EcsService, clientToken",
    "EcsService, serviceArn",
    "EcsService, runningCount",
    "EcsService, desiredCount.value",
    "EcsService, loadBalancers[0]",
    "EcsService, loadBalancers.targetGroupArn",
    "EcsService, templates.containerDefinitions",
    "EcsService, template",
    "EcsTaskDefinition, containerDefinitions.image",
    "EcsTaskDefinition, containerDefinitions[web].img",
    "EcsTaskDefinition, containerDefinitions[web].environment[MODE].value",
    "EcsTaskDefinition, containerDefinitions[web].command[0]",
    "EcsTaskDefinition, containerDefinitions[web].dockerLabels.team",
    "EcsTaskDefinition, revision",
    "EcsCluster, setting",
  })
  void aPathThatNamesNoComparedFieldIsReported(String kind, String path) {
    assertThat(of(kind).unknown(ignoring(path)))
        .hasValueSatisfying(
            message ->
                assertThat(message)
                    .startsWith("ignoreFields[0] '" + path + "' has no effect")
                    .contains(kind));
  }

  @Test
  void allSuchPathsAreNamedInOneMessage() {
    Desired desired =
        Wanted.service("{'ignoreFields':['desiredCount','a','tags','b[c]']}").desired();

    assertThat(of("EcsService").unknown(desired))
        .hasValueSatisfying(
            message ->
                assertThat(message).startsWith("ignoreFields[1] 'a', ignoreFields[3] 'b[c]' has"));
  }

  private static IgnoredFields of(String kind) {
    return new IgnoredFields(
        TestKinds.all().stream()
            .filter(known -> known.name().equals(kind))
            .findFirst()
            .orElseThrow());
  }

  private static Desired ignoring(String path) {
    return Wanted.service("{'ignoreFields':['" + path + "']}").desired();
  }
}

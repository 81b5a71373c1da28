package io.ecsoperator.operator.kinds.cluster;

import static io.ecsoperator.operator.kinds.EquivalencePair.differ;
import static io.ecsoperator.operator.kinds.EquivalencePair.same;

import io.ecsoperator.operator.kinds.EquivalencePair;
import io.ecsoperator.operator.kinds.EquivalencesTests;
import java.util.stream.Stream;

class ClusterEquivalencesTest extends EquivalencesTests {

  ClusterEquivalencesTest() {
    super(ClusterSchema.SCHEMA, clusterPairs());
  }

  private static Stream<EquivalencePair> clusterPairs() {
    return Stream.of(
        same(
            "tags are pairs",
            "{tags: [{key: 'a', value: ''}, {key: 'b', value: '2'}]}",
            "{tags: [{key: 'b', value: '2'}, {key: 'a', value: ''}]}"),
        differ(
            "settings, each for itself",
            "{settings: [{name: 'containerInsights', value: 'enhanced'}]}",
            "{settings: [{name: 'containerInsights', value: 'disabled'}]}",
            "settings[containerInsights]"),
        same(
            "settings unset: the account's",
            "{}",
            "{settings: [{name: 'containerInsights', value: 'enabled'}]}"),
        same(
            "logging of execute command",
            "{configuration: {executeCommandConfiguration: {logging: 'DEFAULT'}}}",
            "{}"),
        same(
            "capacity providers are a set",
            "{capacityProviders: ['FARGATE', 'FARGATE_SPOT']}",
            "{capacityProviders: ['FARGATE_SPOT', 'FARGATE']}"),
        same(
            "a strategy is a set, weight and base are 0",
            "{defaultCapacityProviderStrategy: [{capacityProvider: 'FARGATE', base: 1}, {capacityProvider: 'FARGATE_SPOT', weight: 4}]}",
            "{defaultCapacityProviderStrategy: [{capacityProvider: 'FARGATE_SPOT', weight: 4, base: 0}, {capacityProvider: 'FARGATE', weight: 0, base: 1}]}"),
        same(
            "a namespace by name",
            "{serviceConnectDefaults: {namespace: 'internal'}}",
            "{serviceConnectDefaults: {namespace: 'arn:aws:servicediscovery:eu-central-1:123456789012:namespace/ns-abc'}}"));
  }
}

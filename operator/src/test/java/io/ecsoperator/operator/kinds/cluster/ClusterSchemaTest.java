package io.ecsoperator.operator.kinds.cluster;

import static io.ecsoperator.operator.Trees.node;
import static io.ecsoperator.operator.Trees.tree;
import static io.ecsoperator.operator.kinds.cluster.ClusterSchema.SCHEMA;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.kinds.SdkModel;
import io.ecsoperator.plan.AppliedPaths;
import io.ecsoperator.plan.Differ;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Projection;
import io.ecsoperator.plan.UpdateRequests;
import io.ecsoperator.plan.UpdateRequests.Update;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClusterSchemaTest {
  private final Projection projection = new Projection();
  private final Differ differ = new Differ();
  private final UpdateRequests requests = new UpdateRequests();

  private static FieldChange change(String path, String from, String to) {
    return new FieldChange(path, node(from), node(to));
  }

  private Optional<ObjectNode> members(
      String operation, ObjectNode observed, List<FieldChange> changes) {
    return requests.of(SCHEMA, tree("{}"), observed, changes).stream()
        .filter(update -> update.operation().equals(operation))
        .map(Update::members)
        .findFirst();
  }

  private Optional<ObjectNode> update(ObjectNode observed, List<FieldChange> changes) {
    return members("UpdateCluster", observed, changes);
  }

  private Optional<ObjectNode> capacityProviders(ObjectNode observed, List<FieldChange> changes) {
    return members("PutClusterCapacityProviders", observed, changes);
  }

  @Test
  void aClusterJustCreatedHasNoDrift() {
    ObjectNode desired =
        projection.desired(
            SCHEMA,
            tree(
                "{clusterName: 'prod', settings: [{name: 'containerInsights', value: 'enabled'}], capacityProviders: ['FARGATE']}"));
    ObjectNode observed =
        projection.observed(
            SCHEMA,
            tree(
                """
                {clusterArn: 'arn:aws:ecs:eu-central-1:123456789012:cluster/prod', clusterName: 'prod', status: 'ACTIVE',
                 registeredContainerInstancesCount: 0, runningTasksCount: 1, pendingTasksCount: 0, activeServicesCount: 1,
                 statistics: [], tags: [], settings: [{name: 'containerInsights', value: 'enabled'}],
                 capacityProviders: ['FARGATE'], defaultCapacityProviderStrategy: []}"""));

    assertThat(observed.has("clusterArn")).isFalse();
    assertThat(differ.diff(SCHEMA, desired, observed, AppliedPaths.of(SCHEMA, desired), List.of()))
        .isEmpty();
  }

  @Test
  void aClusterSettingIsReleasedAndItsNamespaceReset() {
    assertThat(
            differ.diff(
                SCHEMA,
                tree("{}"),
                tree(
                    "{settings: [{name: 'containerInsights', value: 'enabled'}], serviceConnectDefaults: {namespace: 'n'}}"),
                List.of("settings[containerInsights]", "serviceConnectDefaults.namespace"),
                List.of()))
        .containsExactly(change("serviceConnectDefaults.namespace", "'n'", ""));
  }

  @Test
  void aClusterUpdateCarriesOnlyChangedSettingsAndWholeBlocks() {
    ObjectNode observed =
        tree(
            """
            {clusterName: 'prod', capacityProviders: ['FARGATE'],
             settings: [{name: 'containerInsights', value: 'disabled'}, {name: 'other', value: '1'}],
             configuration: {executeCommandConfiguration: {logging: 'OVERRIDE', logConfiguration: {s3BucketName: 'b'}},
              managedStorageConfiguration: {kmsKeyId: 'k'}},
             serviceConnectDefaults: {namespace: 'n'}}""");
    ObjectNode desired =
        tree(
            "{settings: [{name: 'containerInsights', value: 'enhanced'}, {name: 'other', value: '1'}], configuration: {managedStorageConfiguration: {kmsKeyId: 'k2'}}, capacityProviders: ['FARGATE_SPOT']}");
    List<FieldChange> changes =
        differ.diff(SCHEMA, desired, observed, AppliedPaths.of(SCHEMA, observed), List.of());

    assertThat(update(observed, changes))
        .contains(
            tree(
                """
                {settings: [{name: 'containerInsights', value: 'enhanced'}],
                 configuration: {executeCommandConfiguration: {logging: 'DEFAULT'},
                  managedStorageConfiguration: {kmsKeyId: 'k2'}},
                 serviceConnectDefaults: {namespace: ''}}"""));
  }

  @Test
  void capacityProvidersAlwaysComeWithTheDefaultStrategy() {
    ObjectNode observed =
        tree(
            "{capacityProviders: ['FARGATE'], defaultCapacityProviderStrategy: [{capacityProvider: 'FARGATE', weight: 1}]}");
    List<FieldChange> changes =
        differ.diff(
            SCHEMA,
            tree("{capacityProviders: ['FARGATE', 'FARGATE_SPOT']}"),
            observed,
            List.of(),
            List.of());

    assertThat(capacityProviders(observed, changes))
        .contains(
            tree(
                "{capacityProviders: ['FARGATE', 'FARGATE_SPOT'], defaultCapacityProviderStrategy: [{capacityProvider: 'FARGATE', weight: 1}]}"));
    assertThat(update(observed, changes)).isEmpty();
  }

  @Test
  void capacityProvidersTakenOutOfTheSpecAreTakenOutOfTheCluster() {
    ObjectNode observed = tree("{capacityProviders: ['FARGATE']}");
    List<FieldChange> changes =
        differ.diff(SCHEMA, tree("{}"), observed, List.of("capacityProviders"), List.of());

    assertThat(capacityProviders(observed, changes))
        .contains(tree("{capacityProviders: [], defaultCapacityProviderStrategy: []}"));
  }

  @Test
  void withoutAChangeOfCapacityProvidersThereIsNoCall() {
    ObjectNode observed = tree("{capacityProviders: ['FARGATE']}");
    List<FieldChange> changes =
        differ.diff(
            SCHEMA,
            tree("{settings: [{name: 'containerInsights', value: 'enabled'}]}"),
            observed,
            List.of(),
            List.of());

    assertThat(capacityProviders(observed, changes)).isEqualTo(Optional.empty());
  }

  @Test
  void anotherNameNeedsAReplacement() {
    FieldChange name = change("clusterName", "'a'", "'b'");

    assertThat(requests.replacements(SCHEMA, List.of(name))).containsExactly(name);
  }

  @Test
  void everyMemberOfCreateClusterIsUpdatableOrKnownNotToBe() {
    Set<String> notUpdatable = SdkModel.names(SdkModel.request("CreateCluster"));
    notUpdatable.removeAll(SdkModel.names(SdkModel.request("UpdateCluster")));

    assertThat(notUpdatable)
        .containsExactlyInAnyOrder(
            "clusterName", "tags", "capacityProviders", "defaultCapacityProviderStrategy");
  }
}

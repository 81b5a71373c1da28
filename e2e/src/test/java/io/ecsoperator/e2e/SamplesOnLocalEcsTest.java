package io.ecsoperator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.localecs.LocalEcsOptions;
import io.ecsoperator.localecs.world.WorldClock;
import io.ecsoperator.plan.AppliedPaths;
import io.ecsoperator.plan.ComparableSchema;
import io.ecsoperator.plan.Differ;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Projection;
import io.ecsoperator.sdkschema.SdkJson;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.CapacityProviderField;
import software.amazon.awssdk.services.ecs.model.ClusterField;
import software.amazon.awssdk.services.ecs.model.CreateCapacityProviderRequest;
import software.amazon.awssdk.services.ecs.model.CreateClusterRequest;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.ServiceField;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionField;

/** ECS accepts the samples, and its description of them shows no difference from the spec. */
class SamplesOnLocalEcsTest {
  private static final SdkJson JSON = new SdkJson();
  private static final ComparableSchema CLUSTER = ComparableSchemas.of("Cluster");
  private static final ComparableSchema CAPACITY_PROVIDER =
      ComparableSchemas.of("CapacityProvider");
  private static final ComparableSchema SERVICE = ComparableSchemas.of("Service");
  private static final ComparableSchema TASK_DEFINITION = ComparableSchemas.of("TaskDefinition");

  private final Projection projection = new Projection();
  private final Differ differ = new Differ();

  private LocalEcs localEcs;
  private EcsClient ecs;

  @BeforeEach
  void start() {
    localEcs = LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
    ecs = localEcs.client();
  }

  @AfterEach
  void stop() {
    ecs.close();
    localEcs.close();
  }

  static Stream<Sample> clusters() {
    return of("EcsCluster");
  }

  static Stream<Sample> taskDefinitions() {
    return of("EcsTaskDefinition");
  }

  static Stream<Sample> services() {
    return of("EcsService");
  }

  private static Stream<Sample> of(String kind) {
    return Sample.below(Sample.FOLDER).stream().filter(sample -> sample.kind().equals(kind));
  }

  @ParameterizedTest
  @MethodSource("clusters")
  void aDescribedClusterMatchesItsSpec(Sample sample) {
    ObjectNode request = named(sample, "clusterName");
    create(request);

    ObjectNode described =
        JSON.encode(
            ecs.describeClusters(
                    describe ->
                        describe
                            .clusters(request.path("clusterName").asText())
                            .include(
                                ClusterField.TAGS,
                                ClusterField.SETTINGS,
                                ClusterField.CONFIGURATIONS))
                .clusters()
                .getFirst());

    assertThat(differences(CLUSTER, request, described)).isEmpty();
  }

  static Stream<Sample> capacityProviders() {
    return of("EcsCapacityProvider");
  }

  @ParameterizedTest
  @MethodSource("capacityProviders")
  void aCapacityProviderIsDescribedAsItWasAskedFor(Sample sample) {
    String cluster = sample.spec().path("clusterRef").path("name").asText();
    if (!cluster.isEmpty()) {
      ecs.createCluster(create -> create.clusterName(cluster));
    }
    ObjectNode request = createCapacityProvider(sample, cluster);

    ObjectNode described =
        JSON.encode(
            ecs.describeCapacityProviders(
                    describe ->
                        describe
                            .capacityProviders(sample.name())
                            .include(CapacityProviderField.TAGS))
                .capacityProviders()
                .getFirst());

    assertThat(differences(CAPACITY_PROVIDER, request, described)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("taskDefinitions")
  void aDescribedTaskDefinitionMatchesItsSpec(Sample sample) {
    ObjectNode request = named(sample, "family");
    ObjectNode described = describedTaskDefinition(register(request));

    assertThat(bodyDifferences(request, described)).isEmpty();
    assertThat(differences(TASK_DEFINITION, tagsOf(request), described)).isEmpty();
  }

  @Test
  void aChangedImageAndAChangedTagAreDifferences() {
    ObjectNode request = named(theOne("EcsTaskDefinition", "storefront"), "family");
    ObjectNode described = describedTaskDefinition(register(request));
    request.withObject("/containerDefinitions/0").put("image", "storefront:next");
    request.withObject("/tags/0").put("value", "another");

    assertThat(bodyDifferences(request, described))
        .extracting(FieldChange::path)
        .containsExactly("containerDefinitions[web].image");
    assertThat(differences(TASK_DEFINITION, tagsOf(request), described))
        .extracting(FieldChange::path)
        .containsExactly("tags[team]");
  }

  @ParameterizedTest
  @MethodSource("services")
  void aDescribedServiceMatchesItsSpec(Sample sample) {
    ObjectNode request = resolved(sample);

    assertThat(differences(SERVICE, request, createdService(request))).isEmpty();
  }

  @Test
  void aChangedSubnetAndAChangedPercentageAreDifferences() {
    ObjectNode request = resolved(theOne("EcsService", "web"));
    ObjectNode described = createdService(request);
    request
        .withArray("/networkConfiguration/awsvpcConfiguration/subnets")
        .add("subnet-0123456789abcdef2");
    request.withObject("/deploymentConfiguration").put("minimumHealthyPercent", 50);

    assertThat(differences(SERVICE, request, described))
        .extracting(FieldChange::path)
        .containsExactlyInAnyOrder(
            "networkConfiguration.awsvpcConfiguration.subnets",
            "deploymentConfiguration.minimumHealthyPercent");
  }

  private static Sample theOne(String kind, String name) {
    return of(kind).filter(sample -> sample.name().equals(name)).findAny().orElseThrow();
  }

  private static ObjectNode named(Sample sample, String nameMember) {
    ObjectNode request = sample.awsPart();
    return request.has(nameMember) ? request : request.put(nameMember, sample.name());
  }

  /** The request of CreateService, with names in ECS instead of references. */
  private ObjectNode resolved(Sample sample) {
    ObjectNode request = named(sample, "serviceName");
    JsonNode cluster = sample.spec().path("clusterRef").path("name");
    if (cluster.isMissingNode()) {
      ecs.createCluster(create -> create.clusterName(request.path("cluster").asText()));
    } else {
      request.put("cluster", create(named(theOne("EcsCluster", cluster.asText()), "clusterName")));
    }
    useCapacityProviders(sample, cluster.asText());
    JsonNode definition = sample.spec().path("taskDefinitionRef").path("name");
    ObjectNode registered =
        sample.spec().path("template") instanceof ObjectNode template
            ? template.deepCopy().put("family", sample.name())
            : named(theOne("EcsTaskDefinition", definition.asText("storefront")), "family");
    if (definition.isMissingNode() && !sample.spec().has("template")) {
      register(registered.put("family", request.path("taskDefinition").asText()));
    } else {
      request.put("taskDefinition", register(registered));
    }
    return request;
  }

  /** Creates the capacity providers that a service refers to, for its cluster. */
  private void useCapacityProviders(Sample service, String cluster) {
    for (String name : service.capacityProviderRefs()) {
      createCapacityProvider(theOne("EcsCapacityProvider", name), cluster);
      localEcs.advance(Duration.ofMinutes(1));
      ecs.putClusterCapacityProviders(
          put ->
              put.cluster(cluster)
                  .capacityProviders(name)
                  .defaultCapacityProviderStrategy(List.of()));
    }
  }

  private ObjectNode createCapacityProvider(Sample sample, String cluster) {
    ObjectNode request = named(sample, "name");
    if (sample.spec().has("clusterRef")) {
      request.put("cluster", cluster);
    }
    ecs.createCapacityProvider(JSON.decode(request, CreateCapacityProviderRequest.class));
    return request;
  }

  private String create(ObjectNode cluster) {
    return ecs.createCluster(JSON.decode(cluster, CreateClusterRequest.class))
        .cluster()
        .clusterArn();
  }

  private String register(ObjectNode taskDefinition) {
    return ecs.registerTaskDefinition(
            JSON.decode(taskDefinition, RegisterTaskDefinitionRequest.class))
        .taskDefinition()
        .taskDefinitionArn();
  }

  private ObjectNode describedTaskDefinition(String arn) {
    ObjectNode answer =
        JSON.encode(
            ecs.describeTaskDefinition(
                describe -> describe.taskDefinition(arn).include(TaskDefinitionField.TAGS)));
    return answer.withObject("taskDefinition").set("tags", answer.path("tags"));
  }

  private ObjectNode createdService(ObjectNode request) {
    ObjectNode create = request.deepCopy();
    if (!create.has("desiredCount")
        && !create.path("schedulingStrategy").asText().equals("DAEMON")) {
      // CreateService requires a count, also if the spec has none.
      create.put("desiredCount", 1);
    }
    ecs.createService(JSON.decode(create, CreateServiceRequest.class));
    return JSON.encode(
        ecs.describeServices(
                describe ->
                    describe
                        .cluster(request.path("cluster").asText())
                        .services(request.path("serviceName").asText())
                        .include(ServiceField.TAGS))
            .services()
            .getFirst());
  }

  /** Compares the tags of a task definition separately: other clients may add more. */
  private static ObjectNode tagsOf(ObjectNode request) {
    return request.deepCopy().retain("tags");
  }

  private List<FieldChange> bodyDifferences(ObjectNode request, ObjectNode described) {
    return differ.diffBody(
        TASK_DEFINITION,
        projection.desired(TASK_DEFINITION, request),
        projection.observed(TASK_DEFINITION, described),
        List.of());
  }

  private List<FieldChange> differences(
      ComparableSchema schema, ObjectNode request, ObjectNode described) {
    ObjectNode desired = projection.desired(schema, request);
    return differ.diff(
        schema,
        desired,
        projection.observed(schema, described),
        AppliedPaths.of(schema, desired),
        List.of());
  }
}

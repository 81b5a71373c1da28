package io.ecsoperator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.CreateClusterRequest;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.Deployment;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.UpdateClusterRequest;
import software.amazon.awssdk.services.ecs.model.UpdateServiceRequest;

/**
 * The tables of this module against the SDK's model: a new SDK version with a member that they
 * would get wrong fails here.
 */
class SdkModelTest {
  private final Projection projection = new Projection();

  private static SdkPojo create(Shape shape) {
    return switch (shape) {
      case CLUSTER -> CreateClusterRequest.builder().build();
      case SERVICE -> CreateServiceRequest.builder().build();
      case TASK_DEFINITION -> RegisterTaskDefinitionRequest.builder().build();
    };
  }

  private static SdkPojo describe(Shape shape) {
    return switch (shape) {
      case CLUSTER -> Cluster.builder().build();
      case SERVICE -> Service.builder().build();
      case TASK_DEFINITION -> TaskDefinition.builder().build();
    };
  }

  static Stream<Arguments> shapes() {
    return Stream.of(Shape.values())
        .map(shape -> arguments(shape, names(create(shape)), names(describe(shape))));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void whatEcsDescribesBecomesMembersOfTheCreateRequest(
      Shape shape, Set<String> create, Set<String> describe) {
    ObjectNode described = JsonNodeFactory.instance.objectNode();
    describe.forEach(name -> described.put(name, "x"));

    assertThat(create).containsAll(fieldNames(projection.observed(shape, described)));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void whatIsComparedIsWhatEcsDescribes(Shape shape, Set<String> create, Set<String> describe) {
    ObjectNode spec = JsonNodeFactory.instance.objectNode();
    create.forEach(name -> spec.put(name, "x"));
    ObjectNode described = JsonNodeFactory.instance.objectNode();
    // The answer of DescribeTaskDefinition has the tags beside the task definition.
    describe.forEach(name -> described.put(name, "x"));
    described.put("tags", "x");
    ObjectNode primary = described.putArray("deployments").addObject();
    names(Deployment.builder().build()).forEach(name -> primary.put(name, "x"));
    primary.put("status", "PRIMARY");

    assertThat(fieldNames(projection.observed(shape, described)))
        .containsAll(fieldNames(projection.desired(shape, spec)));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void blocksHaveTheSameMembersWhereTheyAreAskedForAndWhereTheyAreShown(Shape shape) {
    for (SdkField<?> field : create(shape).sdkFields()) {
      Stream.of(describe(shape), Deployment.builder().build())
          .flatMap(pojo -> pojo.sdkFields().stream())
          .filter(shown -> shown.locationName().equals(field.locationName()))
          .findFirst()
          .ifPresent(
              shown ->
                  assertThat(patterns("", shown).toList())
                      .containsExactlyInAnyOrderElementsOf(patterns("", field).toList()));
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void everyPatternLeadsToAMemberOfTheModel(Shape shape) {
    assertThat(Equivalences.of(shape).lines().keySet())
        .allSatisfy(pattern -> assertThat(find(create(shape), pattern)).as(pattern).isPresent());
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void everyMapOfTheModelIsKnownAsOne(Shape shape) {
    assertThat(maps(create(shape)).toList())
        .allSatisfy(
            pattern ->
                assertThat(Equivalences.of(shape).at(pattern)).contains(new Equivalence.Entries()));
  }

  @Test
  void everyMemberOfCreateServiceIsUpdatableOrKnownNotToBe() {
    Set<String> notUpdatable = names(create(Shape.SERVICE));
    notUpdatable.removeAll(names(UpdateServiceRequest.builder().build()));

    assertThat(notUpdatable)
        .containsExactlyInAnyOrder(
            "clientToken", "launchType", "role", "schedulingStrategy", "serviceName", "tags");
  }

  @Test
  void everyMemberOfCreateClusterIsUpdatableOrKnownNotToBe() {
    Set<String> notUpdatable = names(create(Shape.CLUSTER));
    notUpdatable.removeAll(names(UpdateClusterRequest.builder().build()));

    assertThat(notUpdatable)
        .containsExactlyInAnyOrder(
            "clusterName", "tags", "capacityProviders", "defaultCapacityProviderStrategy");
  }

  private static Set<String> names(SdkPojo pojo) {
    return pojo.sdkFields().stream()
        .map(SdkField::locationName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> fieldNames(ObjectNode tree) {
    return tree.propertyStream().map(Map.Entry::getKey).collect(Collectors.toSet());
  }

  private static Optional<SdkField<?>> find(SdkPojo pojo, String pattern) {
    String[] names = pattern.replace("[]", "").split("\\.");
    SdkPojo at = pojo;
    SdkField<?> found = null;
    for (String name : names) {
      Optional<SdkField<?>> field =
          at.sdkFields().stream().filter(f -> f.locationName().equals(name)).findFirst();
      if (field.isEmpty()) {
        return Optional.empty();
      }
      found = field.get();
      at = pojo(found).orElse(at);
    }
    return Optional.of(found);
  }

  private static Optional<SdkPojo> pojo(SdkField<?> field) {
    if (field.marshallingType() == MarshallingType.LIST) {
      return pojo(field.getTrait(ListTrait.class).memberFieldInfo());
    }
    return field.marshallingType() == MarshallingType.SDK_POJO
        ? Optional.of(field.constructor().get())
        : Optional.empty();
  }

  private static Stream<String> maps(SdkPojo pojo) {
    return pojo.sdkFields().stream()
        .flatMap(field -> patterns("", field))
        .filter(pattern -> pattern.endsWith("{}"))
        .map(pattern -> pattern.substring(0, pattern.length() - "{}".length()));
  }

  /** The patterns of all values in a member. */
  private static Stream<String> patterns(String prefix, SdkField<?> field) {
    String pattern = prefix + field.locationName();
    if (field.marshallingType() == MarshallingType.MAP) {
      return Stream.of(pattern + "{}");
    }
    String items = field.marshallingType() == MarshallingType.LIST ? "[]." : ".";
    return pojo(field)
        .map(below -> below.sdkFields().stream().flatMap(f -> patterns(pattern + items, f)))
        .orElse(Stream.of(pattern));
  }
}

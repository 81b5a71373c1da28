package io.ecsoperator.operator.kinds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.tngtech.archunit.core.domain.JavaAccess;
import io.ecsoperator.plan.ComparableSchema;
import io.ecsoperator.plan.ComparableSchema.Condition;
import io.ecsoperator.plan.ComparableSchema.MemberMapping.Lifted;
import io.ecsoperator.plan.ComparableSchema.OwnedByEcs;
import io.ecsoperator.plan.Equivalences.Equivalence;
import io.ecsoperator.plan.Projection;
import io.ecsoperator.plan.Resets.Special;
import io.ecsoperator.plan.Updates;
import io.ecsoperator.plan.Updates.AllLists;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/**
 * The tables of every kind against the SDK's model: a misspelt member fails here, and so does a new
 * SDK version with a member that the tables would get wrong.
 */
class ComparableSchemasTest {
  private final Projection projection = new Projection();

  static Stream<Arguments> schemas() {
    return ComparableSchemas.byClass().entrySet().stream()
        .map(schema -> arguments(schema.getKey(), schema.getValue()));
  }

  @Test
  void everySchemaIsAConstantOfItsClassSoThatTheseTestsFindIt() {
    Set<String> creators =
        ComparableSchemas.OPERATOR.stream()
            .flatMap(type -> type.getConstructorCallsFromSelf().stream())
            .filter(call -> call.getTargetOwner().isEquivalentTo(ComparableSchema.class))
            .map(JavaAccess::getOriginOwner)
            .map(type -> type.getSimpleName())
            .collect(Collectors.toSet());

    assertThat(creators)
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(ComparableSchemas.byClass().keySet());
  }

  private static SdkPojo create(ComparableSchema schema) {
    return SdkModel.request(schema.members().createOperation());
  }

  private static SdkPojo describe(ComparableSchema schema) {
    return SdkModel.type(schema.members().describedType());
  }

  private static SdkPojo item(ComparableSchema schema, Lifted lifted) {
    return SdkModel.member(describe(schema), lifted.list())
        .flatMap(SdkModel::below)
        .orElseThrow(() -> new AssertionError("No list " + lifted.list()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("schemas")
  void describedMembersBecomeMembersOfTheCreateRequest(String name, ComparableSchema schema) {
    assertThat(SdkModel.names(create(schema)))
        .containsAll(fieldNames(projection.observed(schema, SdkModel.filled(describe(schema)))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("schemas")
  void comparedMembersAreDescribedByEcs(String name, ComparableSchema schema) {
    ObjectNode described = SdkModel.filled(describe(schema));
    // Some describe answers have the tags beside the resource.
    described.put("tags", "x");
    for (Lifted lifted : schema.members().lifted()) {
      ObjectNode item = SdkModel.filled(item(schema, lifted));
      item.put(lifted.item().path(), lifted.item().value());
      described.putArray(lifted.list()).add(item);
    }

    assertThat(fieldNames(projection.observed(schema, described)))
        .containsAll(
            fieldNames(projection.desired(schema, SdkModel.filled(create(schema)))).stream()
                .filter(member -> !isComparedAsApplied(schema, member))
                .toList());
  }

  private static boolean isComparedAsApplied(ComparableSchema schema, String member) {
    return schema.equivalences().lines().get(member) instanceof Equivalence.AsApplied;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("schemas")
  void blocksHaveTheSameMembersInTheCreateRequestAndInTheDescribeAnswer(
      String name, ComparableSchema schema) {
    List<SdkPojo> shown =
        Stream.concat(
                Stream.of(describe(schema)),
                schema.members().lifted().stream().map(lifted -> item(schema, lifted)))
            .toList();
    for (SdkField<?> field : create(schema).sdkFields()) {
      shown.stream()
          .flatMap(type -> SdkModel.member(type, field.locationName()).stream())
          .findFirst()
          .ifPresent(
              member ->
                  assertThat(SdkModel.patterns(member).toList())
                      .containsExactlyInAnyOrderElementsOf(SdkModel.patterns(field).toList()));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("schemas")
  void everyPathOfTheTablesIsAMemberOfTheCreateRequest(String name, ComparableSchema schema) {
    SdkPojo create = create(schema);

    assertThat(pathsInTheCreateRequest(schema))
        .isNotEmpty()
        .allSatisfy(path -> assertThat(SdkModel.find(create, path)).as(path).isPresent());
  }

  private static Stream<String> pathsInTheCreateRequest(ComparableSchema schema) {
    Updates updates = schema.updates();
    return Stream.of(
            schema.members().notCompared(),
            schema.members().renamed().values(),
            schema.members().lifted().stream().flatMap(l -> l.members().stream()).toList(),
            schema.equivalences().lines().keySet(),
            schema.resets().byPattern().keySet(),
            schema.resets().special().stream()
                .flatMap(special -> special.byPattern().keySet().stream())
                .toList(),
            schema.resets().special().stream().map(Special::when).map(Condition::path).toList(),
            updates.merged(),
            updates.replaceOnly(),
            updates.replaceOnlyOnceShown(),
            updates.calls().stream()
                .filter(AllLists.class::isInstance)
                .flatMap(call -> ((AllLists) call).lists().stream())
                .toList(),
            schema.ownedByEcs().stream().map(OwnedByEcs::when).map(Condition::path).toList(),
            schema.ownedByEcs().stream().flatMap(owned -> owned.members().stream()).toList())
        .flatMap(Collection::stream);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("schemas")
  void everyPathOfTheTablesForDescribeAnswersIsAMemberOfThem(String name, ComparableSchema schema) {
    assertThat(SdkModel.names(describe(schema)))
        .containsAll(schema.members().outputOnly())
        .containsAll(schema.members().renamed().keySet());
    assertThat(schema.members().lifted())
        .allSatisfy(
            lifted ->
                assertThat(SdkModel.names(item(schema, lifted)))
                    .contains(lifted.item().path())
                    .containsAll(lifted.members()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("schemas")
  void everyMapOfTheModelIsComparedAsOne(String name, ComparableSchema schema) {
    assertThat(
            SdkModel.patterns(create(schema))
                .filter(pattern -> pattern.endsWith("{}"))
                .map(pattern -> pattern.substring(0, pattern.length() - "{}".length())))
        .allSatisfy(
            pattern ->
                assertThat(schema.equivalences().lines().get(pattern))
                    .as(pattern)
                    .isEqualTo(new Equivalence.Entries()));
  }

  /** A resource without update calls is immutable, so that there is nothing to carry. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("schemas")
  void everyMemberIsCarriedByAnUpdateCallOrKnownNotToBe(String name, ComparableSchema schema) {
    Updates updates = schema.updates();
    Set<String> carried =
        updates.calls().stream()
            .flatMap(call -> SdkModel.patterns(SdkModel.request(call.operation())))
            .collect(Collectors.toSet());
    Set<String> known =
        Stream.of(
                updates.replaceOnly(),
                updates.replaceOnlyOnceShown(),
                schema.members().notCompared(),
                Set.of("tags"))
            .flatMap(Collection::stream)
            .collect(Collectors.toSet());

    assertThat(SdkModel.patterns(create(schema)))
        .filteredOn(pattern -> !updates.calls().isEmpty())
        .filteredOn(pattern -> !carried.contains(pattern))
        .allSatisfy(
            pattern ->
                assertThat(known)
                    .anyMatch(
                        path ->
                            pattern.equals(path)
                                || pattern.startsWith(path + ".")
                                || pattern.startsWith(path + "[")));
  }

  private static Set<String> fieldNames(ObjectNode tree) {
    return tree.propertyStream().map(Map.Entry::getKey).collect(Collectors.toSet());
  }
}

package io.ecsoperator.operator.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.operator.cache.AwsResource.WriteRule;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.services.ecs.EcsClient;

/** Holds the operations and members that the kinds' tables name against the SDK's model. */
class AwsResourceModelTest {
  private static final String MODEL = "software.amazon.awssdk.services.ecs.model.";

  @ParameterizedTest
  @MethodSource("io.ecsoperator.operator.cache.Keys#all")
  void describesNameMembersThatEcsHas(AwsResource resource) throws Exception {
    Describe describe = resource.describe();
    Set<String> request = fields(describe.operation() + "Request").keySet();
    Map<String, SdkField<?>> answer = fields(describe.operation() + "Response");
    SdkPojo item =
        switch (describe) {
          case Describe.Batch batch -> {
            assertThat(request).contains(batch.members().list());
            assertThat(answer).containsKeys(batch.members().list(), "failures");
            SdkPojo described =
                (SdkPojo)
                    answer
                        .get(batch.members().list())
                        .getTrait(ListTrait.class)
                        .memberFieldInfo()
                        .constructor()
                        .get();
            assertThat(members(described).keySet()).contains(batch.members().arn());
            batch
                .members()
                .name()
                .ifPresent(name -> assertThat(members(described)).containsKey(name));
            yield described;
          }
          case Describe.Single single -> {
            assertThat(request).contains(single.member());
            assertThat(answer).containsKeys(single.member(), "tags");
            yield answer.get(single.member()).constructor().get();
          }
        };

    if (resource.isIn(Scope.IN_CLUSTER)) {
      assertThat(request).contains("cluster");
    }
    assertThat(members(item).keySet())
        .containsAll(describe.kept().only())
        .containsAll(describe.kept().longest().keySet());
    if (!describe.include().isEmpty()) {
      assertThat(request).contains("include");
    }
    if (describe instanceof Describe.Batch) {
      assertThat(members(item).keySet())
          .containsAll(describe.include().stream().map(Describe.Include::member).toList());
    }
  }

  @ParameterizedTest
  @MethodSource("io.ecsoperator.operator.cache.Keys#all")
  void listsNameMembersThatEcsHas(AwsResource resource) throws Exception {
    if (resource.list().isEmpty()) {
      return;
    }
    ListQuery query = resource.list().get().query();
    Set<String> request = fields(query.operation() + "Request").keySet();

    assertThat(request).contains("maxResults", "nextToken").containsAll(query.filters().keySet());
    if (resource.isIn(Scope.IN_CLUSTER)) {
      assertThat(request).contains("cluster");
    }
    assertThat(fields(query.operation() + "Response")).containsKeys(query.member(), "nextToken");
  }

  @ParameterizedTest
  @MethodSource("io.ecsoperator.operator.cache.Keys#all")
  void writesAreOperationsThatEcsHas(AwsResource resource) throws Exception {
    for (WriteRule rule : resource.writes()) {
      assertThat(fields(rule.operation() + "Request")).as(rule.operation()).isNotEmpty();
    }
  }

  @Test
  void theCacheItselfNamesNoOperationsButThoseOfTags() throws IOException {
    Set<String> operations =
        Arrays.stream(EcsClient.class.getMethods())
            .map(Method::getName)
            .map(name -> Character.toUpperCase(name.charAt(0)) + name.substring(1))
            .collect(Collectors.toSet());
    Set<String> named = new TreeSet<>();
    try (Stream<Path> sources =
        Files.list(Path.of("src/main/java/io/ecsoperator/operator/cache"))) {
      for (Path source : sources.toList()) {
        Pattern.compile("\"([A-Z]\\w+)\"")
            .matcher(Files.readString(source))
            .results()
            .map(result -> result.group(1))
            .filter(operations::contains)
            .forEach(named::add);
      }
    }

    assertThat(named).containsExactly("TagResource", "UntagResource");
  }

  private static Map<String, SdkField<?>> fields(String type) throws Exception {
    return members((SdkPojo) Class.forName(MODEL + type).getMethod("builder").invoke(null));
  }

  private static Map<String, SdkField<?>> members(SdkPojo pojo) {
    return pojo.sdkFields().stream()
        .collect(Collectors.toMap(SdkField::locationName, Function.identity()));
  }
}

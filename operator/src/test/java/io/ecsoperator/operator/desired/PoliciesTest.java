package io.ecsoperator.operator.desired;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.Wanted;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PoliciesTest {

  @ParameterizedTest
  @ValueSource(strings = {"a..b", ".a", "a.", "[web]", "a[b", "a[b]c", "a]", "a.[b]"})
  void aPathThatCannotBeReadIsNamedByItsPlace(String path) {
    assertThat(ignoring("desiredCount", path).error().orElseThrow())
        .startsWith("ignoreFields[1]: '" + path + "' is not a field path")
        .contains("write it like containerDefinitions[web].image");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "desiredCount",
        "networkConfiguration.awsvpcConfiguration.subnets",
        "containerDefinitions[web].environment[A.B]",
        "tags[team:a/b]"
      })
  void parsablePathIsValid(String path) {
    assertThat(ignoring(path).error()).isEmpty();
  }

  @Test
  void specWithoutPathsIsValid() {
    assertThat(Wanted.service("{}").desired().policies().error()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "TakeOver, k8s/a/EcsService/web, TakeOver, k8s/a/EcsTaskDefinition/web",
        "TakeOver, old/k8s/a/EcsService/web, TakeOver, old/k8s/a/EcsTaskDefinition/web",
        "TakeOver, somebody, Adopt, none",
        "Adopt, none, Adopt, none",
        "Refuse, none, none, none"
      })
  void aTemplateTakesOverFromTheObjectOfTheFormerOwnersTemplate(
      String policy, String from, String childPolicy, String childFrom) {
    ObjectNode spec = tree("{'template':{},'adoptionPolicy':'" + policy + "'}");
    Optional.ofNullable(from).ifPresent(owner -> spec.put("adoptFrom", owner));

    ObjectNode child = Policies.ofTemplate(spec, "template", "EcsTaskDefinition");

    assertThat(child.path("adoptionPolicy").asText(null)).isEqualTo(childPolicy);
    assertThat(child.path("adoptFrom").asText(null)).isEqualTo(childFrom);
  }

  private static Policies ignoring(String... paths) {
    String list = Arrays.stream(paths).map(p -> "'" + p + "'").collect(Collectors.joining(","));
    return Wanted.service("{'ignoreFields':[" + list + "]}").desired().policies();
  }
}

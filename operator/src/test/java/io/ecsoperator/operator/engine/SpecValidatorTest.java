package io.ecsoperator.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpecValidatorTest {

  @ParameterizedTest
  @ValueSource(strings = {"a..b", ".a", "a.", "[web]", "a[b", "a[b]c", "a]", "a.[b]"})
  void aPathThatCannotBeReadIsNamedByItsPlace(String path) {
    ReadyState readyState = SpecValidator.validate(ignoring("desiredCount", path)).orElseThrow();

    assertThat(readyState).isInstanceOf(ReadyState.Stalled.class);
    assertThat(readyState.reason()).isEqualTo(Reason.INVALID_SPEC);
    assertThat(readyState.message())
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
    assertThat(SpecValidator.validate(ignoring(path))).isEmpty();
  }

  @Test
  void specWithoutPathsIsValid() {
    assertThat(SpecValidator.validate(Wanted.service("{}").desired())).isEmpty();
  }

  private static Desired ignoring(String... paths) {
    String list = Arrays.stream(paths).map(p -> "'" + p + "'").collect(Collectors.joining(","));
    return Wanted.service("{'ignoreFields':[" + list + "]}").desired();
  }
}

package io.ecsoperator.operator.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.Trees;
import io.ecsoperator.operator.http.Problem;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoundedJmesPathTest {
  private static final ObjectNode SERVICES =
      Trees.tree(
          "{services: [{serviceName: 'web', runningCount: 3, tags: [{key: 'a', value: 'b'}]},"
              + " {serviceName: 'api', runningCount: 1, tags: []}]}");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "services[].serviceName | [\"web\",\"api\"]",
        "services[?runningCount>`2`].serviceName | [\"web\"]",
        "sort_by(services,&serviceName)[0].serviceName | \"api\"",
        "length(services) | 2",
        "services[*].{n:serviceName,t:tags[0].value} | [{\"n\":\"web\",\"t\":\"b\"},{\"n\":\"api\",\"t\":null}]",
        "max_by(services, &runningCount).serviceName | \"web\"",
        "join(',', services[].serviceName) | \"web,api\"",
        "nothing | null"
      })
  void anExpressionHasItsResult(String expression, String result) {
    assertThat(BoundedJmesPath.evaluate(expression, SERVICES)).hasToString(result);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "[@,@]!|[@,@]",
        "{a:@,b:@}!|{a:@,b:@}",
        "[@,@][]!|[@,@][]",
        "to_string(@)!|[@,@]|to_string(@)",
        "services[0].serviceName!|join(@,['a','b',@])",
        "[@,@]==[@,@]!|[@,@]"
      })
  void anExpressionThatDoublesWhatItHasIsEndedSoon(String first, String more) {
    String expression = first + more.repeat(40);

    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          try {
            assertThat(BoundedJmesPath.evaluate(expression, SERVICES).toString())
                .hasSizeLessThan(20_000_000);
          } catch (Problem problem) {
            assertThat(problem.status()).isEqualTo(400);
          }
        });
  }

  @Test
  void anExpressionWithoutEndIsRefusedUnread() {
    assertThatThrownBy(() -> BoundedJmesPath.evaluate("a".repeat(3_000), SERVICES))
        .isInstanceOf(Problem.class);
    assertThatThrownBy(() -> BoundedJmesPath.evaluate("services[99999999999]", SERVICES))
        .isInstanceOf(Problem.class);
    assertThatThrownBy(() -> BoundedJmesPath.evaluate("(".repeat(200) + "a", SERVICES))
        .isInstanceOf(Problem.class);
  }
}

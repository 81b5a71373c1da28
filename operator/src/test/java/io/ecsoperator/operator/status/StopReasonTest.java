package io.ecsoperator.operator.status;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StopReasonTest {
  private static final ObjectNode DEFINITION =
      tree(
          "{'containerDefinitions':[{'name':'server','image':'registry/server:1',"
              + "'command':['server --license LK-1234-ABCD'],'entryPoint':['/run-entry-5678'],"
              + "'environment':[{'name':'KEY','value':'env-value-9012'}],"
              + "'healthCheck':{'command':['CMD','probe --token health-3456']},"
              + "'logConfiguration':{'logDriver':'splunk','options':{'splunk-token':'log-7890'}},"
              + "'dockerLabels':{'owner':'label-2468'}}]}");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server --license LK-1234-ABCD",
        "LK-1234-ABCD",
        "/run-entry-5678",
        "env-value-9012",
        "probe --token health-3456",
        "log-7890",
        "label-2468"
      })
  void aReasonDoesNotRepeatConfidentialValuesOfTheTaskDefinition(String secret) {
    String docker =
        "CannotStartContainerError: OCI runtime create failed: exec: \\\"%s\\\": not found";

    String text =
        StopReason.of(
            tree(
                "{'stoppedReason':'"
                    + docker.formatted(secret)
                    + "','containers':[{'name':'server','exitCode':127,'reason':'"
                    + docker.formatted(secret)
                    + "'}]}"),
            DEFINITION);

    assertThat(text).doesNotContain(secret).contains("CannotStartContainerError");
    assertThat(text).contains("; server exited with 127: ");
  }

  @Test
  void withoutTheDefinitionTheOverridesAreMasked() {
    assertThat(
            StopReason.of(
                tree(
                    "{'stoppedReason':'exec: secret-1234 not found',"
                        + "'overrides':{'containerOverrides':[{'command':['secret-1234']}]}}"),
                MissingNode.getInstance()))
        .isEqualTo("exec: *** not found");
  }
}

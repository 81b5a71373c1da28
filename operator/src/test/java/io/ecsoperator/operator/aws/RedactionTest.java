package io.ecsoperator.operator.aws;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RedactionTest {

  @Test
  void masksEnvironmentValuesAnywhereInTheRequest() {
    Redaction redaction =
        Redaction.of(
            tree(
                "{'overrides':{'containerOverrides':[{'name':'web',"
                    + "'environment':[{'name':'URL','value':'db://u:p@host'}]}]}}"));

    assertThat(redaction.apply("web: bad value db://u:p@host, URL"))
        .isEqualTo("web: bad value ***, URL");
  }

  @Test
  void masksTheLongerOfTwoValuesFirst() {
    Redaction redaction =
        Redaction.of(
            tree("{'environment':[{'name':'A','value':'abcd'},{'name':'B','value':'abcd-efgh'}]}"));

    assertThat(redaction.apply("abcd-efgh and abcd")).isEqualTo("*** and ***");
  }

  @Test
  void doesNotMaskWordsThatContainAValue() {
    Redaction redaction = Redaction.of(tree("{'environment':[{'name':'A','value':'prod'}]}"));

    assertThat(redaction.apply("production is not prod")).isEqualTo("production is not ***");
  }

  @Test
  void masksLogOptionsWithConfidentialNames() {
    Redaction redaction =
        Redaction.of(
            tree(
                "{'containerDefinitions':[{'logConfiguration':{'logDriver':'splunk',"
                    + "'options':{'splunk-token':'t0ken-value','splunk-url':'https://logs'}}}]}"));

    assertThat(redaction.apply("splunk https://logs refused t0ken-value"))
        .isEqualTo("splunk https://logs refused ***");
  }

  @Test
  void keepsTheArnsOfSecrets() {
    Redaction redaction =
        Redaction.of(
            tree("{'secrets':[{'name':'A','valueFrom':'arn:aws:secretsmanager:r:1:secret:s'}]}"));

    assertThat(redaction.apply("cannot read arn:aws:secretsmanager:r:1:secret:s"))
        .isEqualTo("cannot read arn:aws:secretsmanager:r:1:secret:s");
  }

  @Test
  void masksAccessKeysWithoutKnowingThem() {
    assertThat(Redaction.of(tree("{}")).apply("Credential=AKIAIOSFODNN7EXAMPLE/20260101"))
        .isEqualTo("Credential=***/20260101");
  }
}

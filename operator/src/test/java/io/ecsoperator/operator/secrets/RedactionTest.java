package io.ecsoperator.operator.secrets;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  private static final String SECRET = "hush-4711-value";

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
  void masksLogOptionsAndKeepsThoseThatHoldNoSecret() {
    Redaction redaction =
        Redaction.of(
            tree(
                "{'containerDefinitions':[{'logConfiguration':{'logDriver':'splunk','options':{"
                    + "'splunk-token':'t0ken-value','splunk-url':'https://u:p@logs.example.com',"
                    + "'awslogs-group':'/shop/web'}}}]}"));

    assertThat(redaction.apply("/shop/web: https://u:p@logs.example.com refused t0ken-value"))
        .isEqualTo("/shop/web: *** refused ***");
  }

  @Test
  void masksShortValuesInBase64Too() {
    Redaction redaction = Redaction.of(tree("{'environment':[{'name':'A','value':'s3cr3t'}]}"));

    assertThat(redaction.apply("Basic auth 'czNjcjN0' refused"))
        .isEqualTo("Basic auth '***' refused");
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

  @ParameterizedTest
  @MethodSource("placesOfSecrets")
  void anErrorOfAwsGivesNoValueAwayWhereverTheSpecHasIt(String request) {
    assertThat(
            Redaction.of(tree(request.formatted(SECRET))).apply("Refused: " + SECRET + ", sorry"))
        .isEqualTo("Refused: ***, sorry");
  }

  static List<String> placesOfSecrets() {
    return List.of(
        "{'overrides':{'containerOverrides':[{'environment':[{'name':'A','value':'%s'}]}]}}",
        "{'containerDefinitions':[{'command':['run','%s']}]}",
        "{'overrides':{'containerOverrides':[{'command':['%s']}]}}",
        "{'containerDefinitions':[{'entryPoint':['%s']}]}",
        "{'containerDefinitions':[{'healthCheck':{'command':['CMD','%s']}}]}",
        "{'containerDefinitions':[{'dockerLabels':{'any':'%s'}}]}",
        "{'containerDefinitions':[{'firelensConfiguration':{'options':{'anything':'%s'}}}]}",
        "{'containerDefinitions':[{'logConfiguration':{'options':{'licenseKey':'%s'}}}]}",
        "{'containerDefinitions':[{'logConfiguration':{'options':{'shared_key':'%s'}}}]}",
        "{'containerDefinitions':[{'logConfiguration':{'options':{'Header Authorization':'%s'}}}]}",
        "{'serviceConnectConfiguration':{'logConfiguration':{'options':{'splunk-url':'%s'}}}}",
        "{'containerDefinitions':[{'repositoryCredentials':{'credentialsParameter':'%s'}}]}",
        "{'volumes':[{'dockerVolumeConfiguration':{'driverOpts':{'o':'%s'}}}]}",
        "{'volumes':[{'dockerVolumeConfiguration':{'labels':{'o':'%s'}}}]}",
        "{'tags':[{'key':'deploy-token','value':'%s'}]}",
        "{'proxyConfiguration':{'properties':[{'name':'ApiKey','value':'%s'}]}}",
        "{'deploymentConfiguration':{'lifecycleHooks':[{'hookDetails':{'a':{'b':['%s']}}}]}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "p\\\"ss/w\\\\rd&+ caf\u00e9-4711",
        "p\\\\\\\"ss/w\\\\\\\\rd&+ caf\u00e9-4711",
        "p\\u0022ss\\/w\\u005crd\\u0026+ caf\\u00e9-4711",
        "p%22ss%2Fw%5Crd%26%2B%20caf%C3%A9-4711",
        "p%22ss/w%5crd%26%2b+caf%c3%a9-4711",
        "p&quot;ss/w\\rd&amp;+ caf\u00e9-4711",
        "cCJzcy93XHJkJisgY2Fmw6ktNDcxMQ==",
        "%70%22%73%73%2f%77%5c%72%64%26%2b%20%63%61%66%c3%a9%2d%34%37%31%31",
        "p%2522ss%252Fw%255Crd%2526%252B%2520caf%25C3%25A9-4711",
        "&#112;&#34;ss/w&#92;rd&#38;+ caf&#233;-4711",
        "&#x70;&#x22;ss/w&#x5C;rd&#x26;+ caf&#xe9;-4711",
        "p\\x22ss/w\\x5crd&+ caf\\xe9-4711",
        "Y0NKemN5OTNYSEprSmlzZ1kyRm13Nmt0TkRjeE1RPT0="
      })
  void anErrorOfAwsGivesNoValueAwayThatItEscapesOrEncodes(String written) {
    Redaction redaction =
        Redaction.of(
            JsonNodeFactory.instance
                .objectNode()
                .set("command", array("p\"ss/w\\rd&+ caf\u00e9-4711")));

    assertThat(redaction.apply("Bad value '" + written + "' given"))
        .matches("Bad value '\\*\\*\\*=*' given");
  }

  @Test
  void anErrorOfAwsGivesNoValueAwayThatItCuts() {
    Redaction redaction = Redaction.of(tree("{'command':['s3cr3t-value-of-the-shop-4711']}"));

    assertThat(redaction.apply("bad s3cr3t-val... here")).isEqualTo("bad ***... here");
    assertThat(redaction.apply("bad s3cr3… here")).isEqualTo("bad ***… here");
    assertThat(redaction.apply("bad s3cr3t-v")).isEqualTo("bad ***");
    assertThat(redaction.apply("bad '...of-the-shop-4711'")).isEqualTo("bad '...***'");
    assertThat(redaction.apply("bad 'value-of-the-shop'")).isEqualTo("bad '***'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_0123456789abcdefghijABCDEFGHIJ012345",
        "xoxb-1234567890-abcdefghij",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
        "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDabcdef0123456789"
      })
  void tokensAreMaskedByTheirFormInTextsAndInPlans(String token) {
    assertThat(Redaction.ofForms("bad " + token + ", sorry")).isEqualTo("bad ***, sorry");
    assertThat(Confidential.masked("containerDefinitions[a].image", TextNode.valueOf("x:" + token)))
        .isEqualTo(TextNode.valueOf("***"));
  }

  @Test
  @Timeout(20)
  void valuesAsLongAsADefinitionTakesCostLittle() {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    ArrayNode command = request.putArray("command");
    command.add("t".repeat(60_000)).add("t".repeat(59_999) + "u");
    Redaction redaction = Redaction.of(request);
    String message = "t".repeat(4_000) + "%20 ..." + "v".repeat(50_000) + "ttttttttttt";

    for (int i = 0; i < 10; i++) {
      assertThat(redaction.apply(message)).doesNotContain("tttttttttt").contains("vvv");
    }
  }

  @Test
  void textsWithoutSecretsAreKept() {
    String text =
        "ResourceInitializationError: unable to pull secrets or registry auth:"
            + " AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/exec/abc is not"
            + " authorized to perform: secretsmanager:GetSecretValue on resource: app-token; Basic"
            + " authentication failed. The security token included in the request is invalid.";

    assertThat(Redaction.ofForms(text)).isEqualTo(text);
  }

  private static ArrayNode array(String item) {
    return JsonNodeFactory.instance.arrayNode().add(item);
  }
}

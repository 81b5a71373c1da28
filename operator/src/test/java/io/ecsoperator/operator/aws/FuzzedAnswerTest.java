package io.ecsoperator.operator.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.Trees;
import io.ecsoperator.operator.fuzz.Choices;
import io.ecsoperator.operator.fuzz.Mutations;
import io.ecsoperator.operator.fuzz.Seeds;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;

/** An endpoint that answers anything: each answer is a response, or a failure with a class. */
class FuzzedAnswerTest {
  private static final ObjectNode SERVICES =
      Trees.tree(
          "{'services':[{'serviceArn':'arn:aws:ecs:us-east-1:123456789012:service/c/web',"
              + "'serviceName':'web','status':'ACTIVE','desiredCount':1,'createdAt':1.5,"
              + "'deployments':[{'id':'d','status':'PRIMARY','createdAt':1.5,'rolloutState':"
              + "'COMPLETED'}],'events':[{'id':'e','createdAt':1,'message':'m'}],'tags':"
              + "[{'key':'k','value':'v'}]}],'failures':[{'arn':'a','reason':'MISSING'}]}");

  private static final ObjectNode ERROR =
      Trees.tree("{'__type':'ClusterNotFoundException','message':'m','resourceIds':['a']}");

  private final ScriptedHttp http = new ScriptedHttp();
  private final SdkEcs ecs =
      SdkEcs.of(
          EcsClient.builder()
              .httpClient(http)
              .region(Region.EU_CENTRAL_1)
              .endpointOverride(URI.create("http://ecs.test"))
              .credentialsProvider(
                  StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret"))),
          new SimpleMeterRegistry());

  @Test
  void anAnswerOfAnyContentIsAResponseOrAFailure() {
    Seeds.of(300)
        .forEach(
            seed -> answered("seed " + seed, 200, new Mutations(seed).of(SERVICES).toString()));
  }

  @Test
  void anErrorOfAnyContentIsAFailureWithABoundedMessage() {
    Seeds.of(300)
        .forEach(
            seed ->
                answered(
                    "seed " + seed,
                    400 + (int) (seed % 5) * 25,
                    new Mutations(seed).of(ERROR).toString()));
  }

  @Test
  void anAnswerThatIsNestedTenThousandDeepIsAFailure() {
    answered("deep", 200, "{\"services\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}");
    answered(
        "deep", 200, "{\"unknown\":" + "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000) + "}");
  }

  @Tag("fuzz")
  @FuzzTest
  void whatTheFuzzerFindsIsAResponseOrAFailure(FuzzedDataProvider data) {
    int status = data.pickValue(new int[] {200, 400, 403, 429, 500, 503});
    answered(
        "found by the fuzzer",
        status,
        data.consumeBoolean()
            ? data.consumeRemainingAsString()
            : new Mutations(new Choices(data)).of(status == 200 ? SERVICES : ERROR).toString());
  }

  private void answered(String input, int status, String body) {
    http.answers(status, body);
    try {
      assertThat(
              ecs.read(
                      "DescribeServices",
                      Trees.tree("{'cluster':'c','services':['web']}"),
                      CallContext.of(Priority.CHANGE))
                  .tree())
          .isNotNull();
    } catch (AwsFailure failure) {
      assertThat(failure.message().getBytes(StandardCharsets.UTF_8))
          .as(input)
          .hasSizeLessThan(4200);
    } catch (RuntimeException | Error e) {
      throw new AssertionError(input + ": " + body, e);
    }
  }
}

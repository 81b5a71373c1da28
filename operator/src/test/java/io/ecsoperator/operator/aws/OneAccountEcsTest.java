package io.ecsoperator.operator.aws;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Credentials that come to mean another account while the operator runs. */
class OneAccountEcsTest {
  private static final CallContext CALL = CallContext.of(Priority.CHANGE);

  private final List<String> written = new ArrayList<>();
  private String account = "111111111111";
  private String credentials = "AKIA1";
  private final OneAccountEcs ecs = new OneAccountEcs(new Account());

  @Test
  void nothingIsWrittenInAnotherAccountThatTheCredentialsComeToMean() {
    write();
    becomes("222222222222");

    AwsFailure failure = catchThrowableOfType(AwsFailure.class, this::write);

    assertThat(written).containsExactly("111111111111");
    assertThat(failure.code()).isEqualTo(AwsFailure.WRONG_ACCOUNT);
    assertThat(failure.ambiguous()).isFalse();
    assertThat(failure.message())
        .contains("runs for 111111111111/eu-west-1")
        .contains("credentials are now those of 222222222222/eu-west-1");
  }

  @Test
  void anAnswerFromAnotherAccountIsNoAnswerAndStopsWrites() {
    read();
    account = "222222222222"; // The same access key, as an endpoint might do.

    assertThat(catchThrowableOfType(AwsFailure.class, this::read).code())
        .isEqualTo(AwsFailure.WRONG_ACCOUNT);
    assertThat(catchThrowableOfType(AwsFailure.class, this::write)).isNotNull();
    assertThat(written).isEmpty();
  }

  @Test
  void writesGoOnWhenTheCredentialsAreTheFirstAccountsAgain() {
    read();
    becomes("222222222222");
    assertThat(catchThrowableOfType(AwsFailure.class, this::write)).isNotNull();

    becomes("111111111111");
    write();

    assertThat(written).containsExactly("111111111111");
  }

  @Test
  void anAnswerToAWriteFromAnotherAccountIsAmbiguous() {
    read();
    account = "222222222222";

    assertThat(catchThrowableOfType(AwsFailure.class, this::write).ambiguous()).isTrue();
    assertThat(catchThrowableOfType(AwsFailure.class, this::write).ambiguous()).isFalse();
    assertThat(written).containsExactly("222222222222");
  }

  @Test
  void anArnOfAnotherAccountInASpecStopsNothing() {
    read();
    ObjectNode request =
        tree("{'clusters':['arn:aws:ecs:eu-west-1:999999999999:cluster/x','demo']}");

    Ecs.Response answer = ecs.read("DescribeClusters", request, CALL);

    assertThat(answer.tree().path("failures")).hasSize(2);
    write();
    assertThat(written).hasSize(1);
  }

  private void becomes(String other) {
    account = other;
    credentials = "AKIA" + other;
  }

  private void read() {
    Ecs.Response unused = ecs.read("DescribeClusters", tree("{'clusters':['demo']}"), CALL);
  }

  private void write() {
    Ecs.Response unused = ecs.write("CreateCluster", tree("{'clusterName':'demo'}"), CALL);
  }

  private final class Account implements Ecs {

    @Override
    public Response read(String operation, ObjectNode request, CallContext callContext) {
      ObjectNode answer = tree("{'clusters':[],'failures':[]}");
      request
          .path("clusters")
          .forEach(
              cluster ->
                  answer
                      .withArray("failures")
                      .addObject()
                      .put("reason", "MISSING")
                      .put(
                          "arn",
                          cluster.asText().startsWith("arn:")
                              ? cluster.asText()
                              : arn(cluster.asText())));
      return Response.of(answer, Optional.empty());
    }

    @Override
    public Response write(String operation, ObjectNode request, CallContext callContext) {
      written.add(account);
      return Response.of(
          tree("{'cluster':{'clusterArn':'" + arn("demo") + "'}}"), Optional.empty());
    }

    @Override
    public String region() {
      return "eu-west-1";
    }

    @Override
    public Optional<String> credentialsId() {
      return Optional.of(credentials);
    }

    private String arn(String name) {
      return "arn:aws:ecs:eu-west-1:" + account + ":cluster/" + name;
    }
  }
}

package io.ecsoperator.operator.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps all calls in the account and region of the first answer. Credentials can come to mean
 * another account while the operator runs: a process that provides them, or an association of a
 * role, changes. Every answer has ARNs that say where it comes from. An answer from elsewhere is no
 * answer, and no write is sent until ECS answers from the first account again. Before the first
 * write with new credentials, a read finds out whose they are.
 */
public final class OneAccountEcs implements Ecs {
  private static final Logger log = LoggerFactory.getLogger(OneAccountEcs.class);
  private static final String PROBE = "DescribeClusters";
  private static final String UNKNOWN_CLUSTER = "ecs-operator-where-am-i";

  /** Members with the ARN of what an answer is about. ARNs in a user's spec are elsewhere. */
  private static final List<String> ARNS =
      List.of(
          "clusterArn",
          "serviceArn",
          "taskArn",
          "taskDefinitionArn",
          "capacityProviderArn",
          "containerInstanceArn",
          "serviceDeploymentArn",
          "serviceRevisionArn");

  private final Ecs ecs;

  /** Where the first answer came from. */
  private volatile Optional<AwsLocation> home = Optional.empty();

  /** Where the last answer came from, if not from home. */
  private volatile Optional<AwsLocation> elsewhere = Optional.empty();

  /** The credentials with which an answer came from home. */
  private volatile Optional<String> verified = Optional.empty();

  public OneAccountEcs(Ecs ecs) {
    this.ecs = ecs;
  }

  @Override
  public Response read(String operation, ObjectNode request, CallContext callContext) {
    Optional<String> credentials = ecs.credentialsId();
    Response response = ecs.read(operation, request, callContext);
    check(operation, request, response, credentials, false);
    return response;
  }

  @Override
  public Response write(String operation, ObjectNode request, CallContext callContext) {
    Optional<String> credentials = ecs.credentialsId();
    if (elsewhere.isPresent() || !credentials.equals(verified)) {
      verify(callContext);
    }
    elsewhere.ifPresent(
        there -> {
          throw wrongAccount(operation, there);
        });
    Response response = ecs.write(operation, request, callContext);
    check(operation, request, response, credentials, true);
    return response;
  }

  @Override
  public String region() {
    return ecs.region();
  }

  /** ECS computes the ARN of a cluster that it does not know in the account of the credentials. */
  private void verify(CallContext callContext) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.putArray("clusters").add(UNKNOWN_CLUSTER);
    Response unused = read(PROBE, request, callContext);
  }

  private void check(
      String operation,
      ObjectNode request,
      Response response,
      Optional<String> credentials,
      boolean wrote) {
    Optional<AwsLocation> here = location(request, response.tree());
    if (here.isEmpty()) {
      return;
    }
    answered(here);
    boolean changed = elsewhere.isPresent() == here.equals(home);
    if (!here.equals(home)) {
      elsewhere = here;
      if (changed) {
        log.error("{} Nothing is changed in ECS until then.", message(here.get()));
      }
      throw wrongAccount(operation, here.get())
          .withRequestId(response.requestId())
          .withAmbiguous(wrote);
    }
    elsewhere = Optional.empty();
    if (changed) {
      log.info("The credentials are those of {} again", here.get());
    }
    if (ecs.credentialsId().equals(credentials)) {
      verified = credentials;
    }
  }

  private synchronized void answered(Optional<AwsLocation> here) {
    if (home.isEmpty()) {
      home = here;
    }
  }

  private AwsFailure wrongAccount(String operation, AwsLocation there) {
    return AwsFailure.of(
        operation, FailureClass.TRANSIENT, AwsFailure.WRONG_ACCOUNT, message(there));
  }

  private String message(AwsLocation there) {
    return "The operator runs for "
        + home.map(AwsLocation::toString).orElse("another account")
        + ", but its credentials are now those of "
        + there
        + ": give it credentials of the former, or start it anew for the latter.";
  }

  /** Where the answer comes from. An ARN of the request, which ECS repeats, proves nothing. */
  private static Optional<AwsLocation> location(ObjectNode request, ObjectNode answer) {
    String asked = request.toString();
    return Stream.concat(
            Stream.concat(Stream.of(answer), answer.valueStream())
                .flatMap(OneAccountEcs::items)
                .flatMap(item -> ARNS.stream().map(member -> item.path(member).asText())),
            Stream.concat(
                answer.path("failures").valueStream().map(failure -> failure.path("arn").asText()),
                answer
                    .valueStream()
                    .filter(JsonNode::isArray)
                    .flatMap(JsonNode::valueStream)
                    .map(JsonNode::asText)))
        .filter(arn -> arn.startsWith("arn:"))
        .flatMap(arn -> Arn.parse(arn).stream())
        .filter(arn -> arn.service().equals("ecs"))
        .flatMap(arn -> arn.location().stream())
        .filter(location -> !asked.contains(":" + location.region() + ":" + location.account()))
        .findFirst();
  }

  private static Stream<JsonNode> items(JsonNode node) {
    return node.isArray() ? node.valueStream() : Stream.of(node);
  }
}

package io.ecsoperator.operator.aws;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;

class SdkEcsTest {
  private static final CallContext CONTEXT = CallContext.of(Priority.CHANGE);
  private final ScriptedHttp http = new ScriptedHttp();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final SdkEcs ecs =
      ecs(StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret")));

  private SdkEcs ecs(AwsCredentialsProvider credentials) {
    return SdkEcs.of(
        EcsClient.builder()
            .httpClient(http)
            .region(Region.EU_CENTRAL_1)
            .endpointOverride(URI.create("http://ecs.test"))
            .credentialsProvider(credentials),
        metrics);
  }

  @AfterEach
  void close() {
    ecs.close();
  }

  @Test
  void sendsTheTreeUnchangedAndReturnsTheResponseOfEcs() {
    http.answers(200, "{\"cluster\":{\"clusterName\":\"a\",\"tags\":[]},\"clusterCount\":1}");

    Ecs.Response response =
        ecs.write("CreateCluster", tree("{'clusterName':'a','tags':[]}"), CONTEXT);

    assertThat(response.tree()).isEqualTo(tree("{'cluster':{'clusterName':'a','tags':[]}}"));
    assertThat(response.requestId()).contains("request-1");
    assertThat(http.operations()).containsExactly("CreateCluster");
    assertThat(tree(http.asked.getFirst().body())).isEqualTo(tree("{'clusterName':'a','tags':[]}"));
  }

  @Test
  void sendsItsUserAgent() {
    http.answers(200, "{\"clusterArns\":[]}");

    ecs.read("ListClusters", tree("{}"), CONTEXT);

    assertThat(http.asked.getFirst().head().firstMatchingHeader("User-Agent").orElseThrow())
        .contains("ecs-operator/");
    assertThat(ecs.region()).isEqualTo("eu-central-1");
  }

  @Test
  void rejectsARequestThatDoesNotFitTheModelWithoutSendingIt() {
    AwsFailure failure = write("CreateCluster", "{'clusterNmae':'a'}");

    assertThat(failure.failureClass()).isEqualTo(FailureClass.BLOCKED);
    assertThat(failure.code()).isEqualTo("InvalidRequest");
    assertThat(failure.message()).contains("CreateCluster").contains("$.clusterNmae");
    assertThat(failure.ambiguous()).isFalse();
    assertThat(http.asked).isEmpty();
  }

  @Test
  void rejectsWritesAsReadsAndReadsAsWrites() {
    assertThatThrownBy(() -> ecs.read("CreateCluster", tree("{}"), CONTEXT))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ecs.write("DescribeClusters", tree("{}"), CONTEXT))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ecs.write("CreateUniverse", tree("{}"), CONTEXT))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anErrorHasCodeTextAndRequestId() {
    http.answers(
        400,
        "{\"__type\":\"com.amazonaws.ecs#ClusterNotFoundException\",\"message\":\"Cluster not"
            + " found.\"}");

    AwsFailure failure = write("DeleteCluster", "{'cluster':'a'}");

    assertThat(failure.operation()).isEqualTo("DeleteCluster");
    assertThat(failure.code()).isEqualTo("ClusterNotFoundException");
    assertThat(failure.message()).isEqualTo("Cluster not found. (cluster a)");
    assertThat(failure.failureClass()).isEqualTo(FailureClass.NOT_FOUND);
    assertThat(failure.requestId()).contains("request-1");
    assertThat(failure.ambiguous()).isFalse();
    assertThat(failure.getStackTrace()).isEmpty();
  }

  @Test
  void anErrorWithoutTextNamesTheOperation() {
    http.answers(400, "{\"__type\":\"ServiceNotFoundException\",\"message\":\"\"}");

    AwsFailure failure = write("DeleteService", "{'service':'a'}");

    assertThat(failure.failureClass()).isEqualTo(FailureClass.NOT_FOUND);
    assertThat(failure.message())
        .isEqualTo("DeleteService was refused (HTTP 400 ServiceNotFoundException).");
  }

  @Test
  void aConflictNamesTheTasksThatUseTheToken() {
    http.answers(
        400,
        "{\"__type\":\"ConflictException\",\"message\":\"Token in"
            + " use.\",\"resourceIds\":[\"arn:task/1\"]}");

    assertThat(write("RunTask", "{'taskDefinition':'a'}").message())
        .isEqualTo("Token in use. (arn:task/1)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "500 | ServerException | {\"__type\":\"ServerException\",\"message\":\"Oops\"}",
        "503 | ServiceUnavailable | {\"__type\":\"ServiceUnavailable\"}",
        "502 | Http502 | <html>Bad gateway</html>",
        "503 | Http503 | <html>Busy</html>",
        "504 | Http504 | ''",
      })
  void aServerErrorMakesAWriteAmbiguous(int status, String code, String body) {
    http.answers(status, body).answers(status, body);

    assertThat(write("CreateCluster", "{}"))
        .returns(FailureClass.TRANSIENT, AwsFailure::failureClass)
        .returns(code, AwsFailure::code)
        .returns(true, AwsFailure::ambiguous);
    assertThat(read("DescribeClusters", "{}"))
        .returns(FailureClass.TRANSIENT, AwsFailure::failureClass)
        .returns(false, AwsFailure::ambiguous);
  }

  @Test
  void http500WithoutAnErrorCodeIsAnOutageUntilOtherCallsAreAnswered() {
    http.answers(500, "<html>Internal Server Error</html>");

    AwsFailure failure = write("StopServiceDeployment", "{}");

    assertThat(failure.failureClass()).isEqualTo(FailureClass.TRANSIENT);
    assertThat(failure.isOutage()).isTrue();
    assertThat(failure.ambiguous()).isTrue();
    assertThat(failure.code()).isEqualTo("Http500");
    assertThat(failure.message()).contains("StopServiceDeployment").contains("HTTP 500");
  }

  @Test
  void aTimeoutOrALostConnectionMakesAWriteAmbiguous() {
    http.fails(new SocketTimeoutException("Read timed out"));
    http.fails(new SocketException("Connection reset"));
    http.fails(new IOException("Premature end"));
    http.fails(new SocketTimeoutException("Read timed out"));

    assertThat(write("CreateCluster", "{}"))
        .returns("Timeout", AwsFailure::code)
        .returns(FailureClass.TRANSIENT, AwsFailure::failureClass)
        .returns(true, AwsFailure::ambiguous);
    assertThat(write("CreateCluster", "{}"))
        .returns("ConnectionLost", AwsFailure::code)
        .returns(FailureClass.TRANSIENT, AwsFailure::failureClass)
        .returns(true, AwsFailure::ambiguous);
    assertThat(write("CreateCluster", "{}")).returns(true, AwsFailure::ambiguous);
    assertThat(read("ListClusters", "{}")).returns(false, AwsFailure::ambiguous);
  }

  @Test
  void aCallThatWasNotSentIsNotAmbiguous() {
    http.fails(new ConnectException("Connection refused"));
    http.fails(new UnknownHostException("ecs.test"));
    http.fails(new SSLHandshakeException("unable to find valid certification path"));

    assertThat(write("CreateCluster", "{}"))
        .returns("ConnectionFailed", AwsFailure::code)
        .returns(FailureClass.TRANSIENT, AwsFailure::failureClass)
        .returns(false, AwsFailure::ambiguous);
    assertThat(write("CreateCluster", "{}")).returns("ConnectionFailed", AwsFailure::code);
    assertThat(write("CreateCluster", "{}"))
        .returns("TlsFailed", AwsFailure::code)
        .returns(FailureClass.BLOCKED, AwsFailure::failureClass)
        .returns(false, AwsFailure::ambiguous);
  }

  @Test
  void missingCredentialsAreReported() {
    try (SdkEcs anonymous =
        ecs(
            () -> {
              throw SdkClientException.create(
                  "Unable to load credentials from any of the providers in the chain");
            })) {
      AwsFailure failure =
          catchThrowableOfType(
              AwsFailure.class, () -> anonymous.write("CreateCluster", tree("{}"), CONTEXT));

      assertThat(failure.code()).isEqualTo("NoCredentials");
      assertThat(failure.failureClass()).isEqualTo(FailureClass.BLOCKED);
      assertThat(failure.resolvesByItself()).isTrue();
      assertThat(failure.ambiguous()).isFalse();
    }
  }

  @Test
  void theSdkDoesNotRetry() {
    http.answers(500, "{\"__type\":\"ServerException\"}");
    http.answers(400, "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}");

    assertThat(read("ListClusters", "{}").failureClass()).isEqualTo(FailureClass.TRANSIENT);
    assertThat(read("ListClusters", "{}").failureClass()).isEqualTo(FailureClass.THROTTLED);

    assertThat(http.asked).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | {\"__type\":\"UnknownOperationException\"}",
        "501 | {\"__type\":\"NotImplemented\",\"message\":\"The action is not implemented\"}",
        "501 | <html>Not implemented</html>",
        "404 | <html>Not found</html>",
        "405 | ''",
      })
  void anEndpointWithoutTheOperationIsReported(int status, String body) {
    http.answers(status, body);

    AwsFailure failure = write("PutClusterCapacityProviders", "{}");

    assertThat(failure.failureClass()).isEqualTo(FailureClass.BLOCKED);
    assertThat(failure.code()).isEqualTo("UnsupportedOperation");
    assertThat(failure.message())
        .startsWith("The endpoint does not support PutClusterCapacityProviders (HTTP " + status);
    assertThat(failure.ambiguous()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"<html>Welcome</html>", "", "{}", "{\"hello\":\"world\"}", "[1]", "\"ok\""})
  void aResponseThatIsNotOfEcsIsReported(String body) {
    http.answers(200, body);
    http.answers(200, body);

    AwsFailure write = write("CreateCluster", "{}");
    AwsFailure read = read("DescribeClusters", "{}");

    assertThat(write.failureClass()).isEqualTo(FailureClass.BLOCKED);
    assertThat(write.code()).isEqualTo("NotEcs");
    assertThat(write.message()).contains("CreateCluster");
    assertThat(write.ambiguous()).isTrue();
    assertThat(read.code()).isEqualTo("NotEcs");
    assertThat(read.ambiguous()).isFalse();
  }

  @Test
  void aResponseMayBeEmptyIfEcsDeclaresNoMembers() {
    http.answers(200, "{}");

    assertThat(ecs.write("TagResource", tree("{'resourceArn':'a','tags':[]}"), CONTEXT).tree())
        .isEmpty();
  }

  @Test
  void aWriteWithOnlyFailuresIsAFailureDespiteHttp200() {
    http.answers(
        200,
        "{\"tasks\":[],\"failures\":[{\"arn\":\"arn:instance\",\"reason\":\"RESOURCE:MEMORY\"}]}");

    AwsFailure failure = write("RunTask", "{'taskDefinition':'a'}");

    assertThat(failure.code()).isEqualTo("RESOURCE:MEMORY");
    assertThat(failure.failureClass()).isEqualTo(FailureClass.NO_CAPACITY);
    assertThat(failure.message()).isEqualTo("RunTask had no effect: RESOURCE:MEMORY");
    assertThat(failure.requestId()).contains("request-1");
    assertThat(failure.ambiguous()).isFalse();
  }

  @Test
  void aWriteThatPartlySucceededIsAResponse() {
    String body = "{'tasks':[{'taskArn':'arn:task'}],'failures':[{'reason':'RESOURCE:CPU'}]}";
    http.answers(200, body.replace('\'', '"'));

    assertThat(ecs.write("RunTask", tree("{'taskDefinition':'a'}"), CONTEXT).tree())
        .isEqualTo(tree(body));
  }

  @Test
  void aReadWithOnlyFailuresIsAResponse() {
    String body = "{'clusters':[],'failures':[{'arn':'a','reason':'MISSING'}]}";
    http.answers(200, body.replace('\'', '"'));

    assertThat(ecs.read("DescribeClusters", tree("{'clusters':['a']}"), CONTEXT).tree())
        .isEqualTo(tree(body));
  }

  @Test
  void confidentialValuesOfTheRequestAreNotInTheMessage() {
    http.answers(
        400, "{\"__type\":\"ClientException\",\"message\":\"Invalid value hunter22 for DB_PASS\"}");

    AwsFailure failure =
        write(
            "RegisterTaskDefinition",
            "{'family':'f','containerDefinitions':[{'name':'a',"
                + "'environment':[{'name':'DB_PASS','value':'hunter22'}]}]}");

    assertThat(failure.message()).isEqualTo("Invalid value *** for DB_PASS");
  }

  @Test
  void everyCallIsTimedByOperationAndOutcome() {
    http.answers(200, "{\"clusterArns\":[]}");
    http.answers(400, "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}");

    ecs.read("ListClusters", tree("{}"), CONTEXT);
    read("ListClusters", "{}");

    assertThat(count("success", "")).isEqualTo(1);
    assertThat(count("throttled", "ThrottlingException")).isEqualTo(1);
  }

  @Test
  void aResponseWithoutRequestIdHasNone() {
    http.answers(200, "{\"clusterArns\":[]}", Map.of());

    assertThat(ecs.read("ListClusters", tree("{}"), CONTEXT).requestId()).isEmpty();
  }

  private long count(String outcome, String code) {
    return metrics
        .get("ecs.operator.aws.call.duration")
        .tags("operation", "ListClusters", "outcome", outcome, "code", code)
        .timer()
        .count();
  }

  private AwsFailure write(String operation, String request) {
    return catchThrowableOfType(
        AwsFailure.class, () -> ecs.write(operation, tree(request), CONTEXT));
  }

  private AwsFailure read(String operation, String request) {
    return catchThrowableOfType(
        AwsFailure.class, () -> ecs.read(operation, tree(request), CONTEXT));
  }
}

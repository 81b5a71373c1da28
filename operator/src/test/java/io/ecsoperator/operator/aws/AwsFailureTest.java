package io.ecsoperator.operator.aws;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AwsFailureTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ConnectionFailed",
        "ConnectionLost",
        "Timeout",
        "ServerException",
        "InternalFailure",
        "InternalError",
        "InternalServerError",
        "Http500",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "Http502",
        "Http503",
        "Http504"
      })
  void anEndpointThatIsDownOrFailsByItselfIsAnOutage(String code) {
    assertThat(failure(FailureClass.TRANSIENT, code).isOutage()).isTrue();
    assertThat(failure(FailureClass.BLOCKED, code).isOutage()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UpdateInProgressException",
        "TargetNotConnectedException",
        "RequestExpired",
        "ClientException",
        "InvalidParameterException"
      })
  void whatSucceedsWhenRepeatedIsNoOutage(String code) {
    assertThat(failure(FailureClass.TRANSIENT, code).isOutage()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NoCredentials",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "NotEcs",
        "SignatureDoesNotMatch",
        "TlsFailed",
        "TokenRefreshRequired",
        "UnrecognizedClientException",
        "UnsupportedOperation",
        "WrongAccount",
        "AccessDeniedException"
      })
  void credentialsAndEndpointAreNotTheFaultOfAnObject(String code) {
    assertThat(failure(FailureClass.BLOCKED, code).concernsAllObjects()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"InvalidParameterException", "ClientException", "LimitExceededException"})
  void aRefusalOfTheRequestIsTheFaultOfTheObject(String code) {
    assertThat(failure(FailureClass.BLOCKED, code).concernsAllObjects()).isFalse();
  }

  private static AwsFailure failure(FailureClass failureClass, String code) {
    return AwsFailure.of("CreateService", failureClass, code, "Refused.");
  }
}

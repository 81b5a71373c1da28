package io.ecsoperator.operator.aws;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AwsLocationTest {

  @Test
  void isReadFromAnArn() {
    assertThat(AwsLocation.ofArn("arn:aws-cn:ecs:cn-north-1:123456789012:service/c/s"))
        .contains(new AwsLocation("aws-cn", "123456789012", "cn-north-1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "web", "web:3", "arn:aws:iam::123456789012:role/r", "arn:aws:ecs"})
  void isEmptyWithoutAccountAndRegion(String text) {
    assertThat(AwsLocation.ofArn(text)).isEmpty();
  }
}

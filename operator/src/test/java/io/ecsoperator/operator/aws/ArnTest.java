package io.ecsoperator.operator.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArnTest {

  @Test
  void aServiceHasItsClusterAndNameInThePath() {
    assertThat(Arn.parse("arn:aws-cn:ecs:cn-north-1:123456789012:service/shop/web"))
        .contains(
            new Arn(
                "aws-cn", "ecs", "cn-north-1", "123456789012", "service", List.of("shop", "web")));
  }

  @ParameterizedTest
  @CsvSource({
    "arn:aws:ecs:eu-west-1:123456789012:service/shop/web, service, web",
    "arn:aws:ecs:eu-west-1:123456789012:service/web, service, web",
    "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:3, task-definition, web:3",
    "arn:aws:iam::123456789012:role/ecs/task, role, task",
    "arn:aws:sns:eu-west-1:123456789012:topic, '', topic",
    "arn:aws:logs:eu-west-1:123456789012:log-group:web, '', log-group:web",
  })
  void resourceTypeAndNameAreParsed(String text, String resourceType, String name) {
    assertThat(Arn.parse(text))
        .hasValueSatisfying(
            arn -> {
              assertThat(arn.resourceType()).isEqualTo(resourceType);
              assertThat(arn.name()).isEqualTo(name);
              assertThat(arn).hasToString(text);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "web",
        "web:3",
        "arn",
        "arn:aws:ecs",
        "arn::ecs:r:1:a",
        "arn:aws:ecs:r:1:",
        "arn:aws:apigateway:r::/apis/x",
        "urn:aws:ecs:r:1:cluster/a"
      })
  void otherTextIsNotAnArn(String text) {
    assertThat(Arn.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "arn:aws:ecs:eu-west-1:123456789012:cluster/shop, shop",
    "shop/web, web",
    "web:3, web:3",
  })
  void aNameIsTheLastPartOfAnArnOrPath(String arnOrName, String name) {
    assertThat(Arn.nameOf(arnOrName)).isEqualTo(name);
  }

  @Test
  void anArnWithoutAccountOrRegionHasNoLocation() {
    assertThat(Arn.parse("arn:aws:iam::123456789012:role/r").orElseThrow().location()).isEmpty();
    assertThat(Arn.parse("arn:aws:s3:eu-west-1::bucket").orElseThrow().location()).isEmpty();
    assertThat(Arn.parse("arn:aws:ecs:eu-west-1:123456789012:cluster/a").orElseThrow().location())
        .contains(new AwsLocation("aws", "123456789012", "eu-west-1"));
  }

  @Test
  void partsThatCannotBeParsedAgainAreRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Arn("aws", "ecs", "r", "1", "service", List.of("a/b")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Arn("aws", "ecs", "r:1", "1", "service", List.of("a")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Arn("aws", "ecs", "r", "1", "", List.of("a", "b")));
  }

  @Property
  void parsingThePrintedArnGivesTheSameArn(@ForAll("arns") Arn arn) {
    assertThat(Arn.parse(arn.toString())).contains(arn);
  }

  @Provide
  Arbitrary<Arn> arns() {
    Arbitrary<String> names = Arbitraries.strings().withChars("ab-1").ofMinLength(1).ofMaxLength(5);
    Arbitrary<String> optional = Arbitraries.strings().withChars("ab-1").ofMaxLength(5);
    Arbitrary<String> ids = Arbitraries.strings().withChars("ab:-1").ofMinLength(1).ofMaxLength(5);
    Arbitrary<List<String>> paths = ids.list().ofMinSize(1).ofMaxSize(3);
    return Arbitraries.oneOf(
        Combinators.combine(names, names, optional, optional, names, paths).as(Arn::new),
        Combinators.combine(names, names, optional, optional, ids)
            .as(
                (partition, service, region, account, id) ->
                    new Arn(partition, service, region, account, "", List.of(id))));
  }
}

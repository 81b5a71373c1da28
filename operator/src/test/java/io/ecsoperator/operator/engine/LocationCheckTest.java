package io.ecsoperator.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.operator.FakeReader;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.desired.ReferenceField;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocationCheckTest {
  private static final List<ReferenceField> FIELDS =
      List.of(
          ReferenceField.of("clusterRef", "EcsCluster", "cluster"),
          ReferenceField.of("capacityProviderRef", "EcsCapacityProvider", "capacityProvider")
              .byName()
              .inItemsOf("capacityProviderStrategy"));

  private final FakeReader reader = new FakeReader();
  private final LocationCheck check = new LocationCheck(reader);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'cluster':'arn:aws:ecs:eu-west-1:1:cluster/main'}",
        "{'cluster':'arn:aws:ecs:eu-central-1:2:cluster/main'}",
        "{'capacityProviderStrategy':[{'capacityProvider':'arn:aws:ecs:eu-west-1:1:capacity-provider/x'}]}",
      })
  void aResourceOfAnotherAccountOrRegionIsRefused(String spec) {
    assertThat(check.foreign(Wanted.service(spec).desired(), FIELDS))
        .hasValueSatisfying(
            state -> {
              assertThat(state).isInstanceOf(ReadyState.Stalled.class);
              assertThat(state.reason()).isEqualTo(Reason.WRONG_ACCOUNT);
              assertThat(state.message()).contains("the operator runs for 1/eu-central-1");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'cluster':'main'}",
        "{'cluster':'arn:aws:ecs:eu-central-1:1:cluster/main'}",
        "{'capacityProviderStrategy':[{'capacityProvider':'FARGATE'}]}",
        "{'tags':[{'key':'cluster','value':'arn:aws:ecs:eu-west-1:1:cluster/main'}]}",
      })
  void aResourceOfTheOperatorsAccountAndRegionIsNotRefused(String spec) {
    assertThat(check.foreign(Wanted.service(spec).desired(), FIELDS)).isEmpty();
  }

  @Test
  void nothingIsRefusedBeforeTheLocationIsKnown() {
    reader.isNowhereYet();

    assertThat(
            check.foreign(
                Wanted.service("{'cluster':'arn:aws:ecs:eu-west-1:1:cluster/main'}").desired(),
                FIELDS))
        .isEmpty();
  }
}

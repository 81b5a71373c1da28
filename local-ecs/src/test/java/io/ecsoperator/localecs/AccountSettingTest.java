package io.ecsoperator.localecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.ecsoperator.localecs.world.WorldClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.Setting;
import software.amazon.awssdk.services.ecs.model.SettingName;

class AccountSettingTest {
  private final LocalEcs ecs =
      LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
  private final EcsClient client = ecs.client();

  @AfterEach
  void stop() {
    ecs.close();
  }

  @Test
  void newClustersStartWithTheContainerInsightsOfTheAccount() {
    client.putAccountSettingDefault(p -> p.name(SettingName.CONTAINER_INSIGHTS).value("enhanced"));

    assertThat(
            client
                .createCluster(c -> c.clusterName("shop"))
                .cluster()
                .settings()
                .getFirst()
                .value())
        .isEqualTo("enhanced");
  }

  @Test
  void onlyWhatWasPutIsListedUnlessEffectiveSettingsAreAskedFor() {
    String user = "arn:aws:iam::123456789012:user/ann";
    client.putAccountSettingDefault(p -> p.name(SettingName.AWSVPC_TRUNKING).value("enabled"));
    client.putAccountSetting(
        p -> p.name(SettingName.FARGATE_FIPS_MODE).value("enabled").principalArn(user));

    assertThat(client.listAccountSettings(l -> l.principalArn(user)).settings())
        .extracting(Setting::nameAsString, Setting::value, Setting::principalArn)
        .containsExactly(tuple("fargateFIPSMode", "enabled", user));
    assertThat(
            client
                .listAccountSettings(
                    l ->
                        l.principalArn(user)
                            .effectiveSettings(true)
                            .name(SettingName.AWSVPC_TRUNKING))
                .settings())
        .extracting(Setting::value)
        .containsExactly("enabled");

    assertThat(
            client
                .deleteAccountSetting(d -> d.name(SettingName.FARGATE_FIPS_MODE).principalArn(user))
                .setting()
                .value())
        .isEqualTo("disabled");
    assertThat(client.listAccountSettings(l -> l.principalArn(user)).settings()).isEmpty();
  }

  @Test
  void unknownNamesAndValuesAreRefused() {
    assertThatThrownBy(() -> client.putAccountSetting(p -> p.name("colour").value("red")))
        .isInstanceOf(InvalidParameterException.class);
    assertThatThrownBy(
            () ->
                client.putAccountSetting(
                    p -> p.name(SettingName.CONTAINER_INSIGHTS).value("sometimes")))
        .isInstanceOf(InvalidParameterException.class);
  }
}

package io.ecsoperator.operator.desired;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.config.AdoptionSettings;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts to take, or to read, what another owns. */
class OwnershipTest {
  private static final String OWNER = "k8s/payments/EcsService/pay";
  private static final JsonNode OWNED = owned(OWNER);
  private static final JsonNode UNTAGGED = tree("{'tags':[]}");

  @Test
  void theOwnerTagInAdoptFromDoesNotTakeAServiceOverWithoutConsent() {
    Wanted taker = taker(OWNER);

    assertThat(refusal(AdoptionSettings.of("on"), taker, OWNED)).isPresent();
    assertThat(refusal(AdoptionSettings.of("on"), taker.releasedBy("third"), OWNED)).isPresent();
  }

  @Test
  void theConsentOfTheOwnerAloneTakesNothingOver() {
    JsonNode owned = owned("k8s/shop/EcsService/owner");

    assertThat(refusal(AdoptionSettings.of("on"), Wanted.service("{}").releasedBy("owner"), owned))
        .isPresent();
    assertThat(
            refusal(
                AdoptionSettings.of("on"),
                taker("k8s/shop/EcsService/owner").releasedBy("owner"),
                owned))
        .isEmpty();
  }

  @Test
  void anAdministratorReleasesWhatInstallationsThatAreGoneOwn() {
    AdoptionSettings settings = AdoptionSettings.of("off").withFormerOwners(Set.of("old", "k8s"));

    assertThat(refusal(settings, taker("old/a/EcsService/b"), owned("old/a/EcsService/b")))
        .isEmpty();
    assertThat(refusal(settings, taker("older/a/EcsService/b"), owned("older/a/EcsService/b")))
        .isPresent();
    // Its own objects can consent.
    assertThat(refusal(settings, taker(OWNER), OWNED)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Manage", "Plan", "Observe"})
  void noMessageHasWhatATakeoverNeeds(String policy) {
    ReadyState refusal =
        refusal(
                AdoptionSettings.of("on"),
                Wanted.service("{}").with("managementPolicy", policy),
                OWNED)
            .orElseThrow();

    assertThat(refusal.reason()).isEqualTo(Reason.OWNED_BY_ANOTHER);
    assertThat(refusal.message())
        .contains("owned by another")
        .doesNotContain("payments")
        .doesNotContain("k8s")
        .doesNotContain("pay");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // adopt-untagged, management, adoption, in status, refused
        "off         | Manage  | Adopt  | no  | yes",
        "off         | Manage  | Refuse | no  | yes",
        "off         | Manage  | Refuse | yes | yes",
        "off         | Plan    | Adopt  | no  | yes",
        "off         | Observe | Refuse | no  | yes",
        "web-*,other | Manage  | Adopt  | no  | yes",
        "web, x*     | Manage  | Adopt  | no  | no",
        "w*          | Plan    | Refuse | no  | yes",
        "w*          | Plan    | Adopt  | no  | no",
        "on          | Manage  | Adopt  | no  | no",
        "on          | Manage  | Refuse | no  | yes",
        "on          | Manage  | Refuse | yes | no",
        "ON          | Observe | Refuse | no  | no",
      })
  void whatHasNoOwnerIsTakenOrComparedOnlyAsAnAdministratorPermits(
      String setting, String management, String adoption, String inStatus, String refused) {
    Wanted wanted =
        Wanted.service("{}").with("managementPolicy", management).with("adoptionPolicy", adoption);

    Optional<ReadyState> refusal =
        ownership(AdoptionSettings.of(setting))
            .refusal(wanted.desired(), "web", UNTAGGED, inStatus.equals("yes"));

    assertThat(refusal.isPresent()).isEqualTo(refused.equals("yes"));
    if (setting.equals("off")) {
      assertThat(refusal.orElseThrow().message()).contains("--adopt-untagged=on");
    }
  }

  @Test
  void aStatusThatNamesAnUntaggedResourceDeletesItOnlyAsAnAdministratorPermits() {
    Desired desired = Wanted.service("{}").desired();

    assertThat(ownership(AdoptionSettings.of("off")).owns(desired, "web", UNTAGGED, true))
        .isFalse();
    assertThat(ownership(AdoptionSettings.of("on")).owns(desired, "web", UNTAGGED, true)).isTrue();
    assertThat(ownership(AdoptionSettings.of("on")).owns(desired, "web", OWNED, true)).isFalse();
  }

  private static Wanted taker(String owner) {
    return Wanted.service("{}").with("adoptionPolicy", "TakeOver").with("adoptFrom", owner);
  }

  private static JsonNode owned(String owner) {
    return tree("{'tags':[{'key':'ecs-operator.io/owner','value':'" + owner + "'}]}");
  }

  private static Optional<ReadyState> refusal(
      AdoptionSettings settings, Wanted wanted, JsonNode resource) {
    return ownership(settings).refusal(wanted.desired(), "web", resource, false);
  }

  private static Ownership ownership(AdoptionSettings settings) {
    return new Ownership(new Owner("k8s"), settings);
  }
}

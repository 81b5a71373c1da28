package io.ecsoperator.localecs.setting;

import io.ecsoperator.localecs.protocol.Choice;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.OperationTable;
import io.ecsoperator.localecs.protocol.Page;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.DeleteAccountSettingRequest;
import software.amazon.awssdk.services.ecs.model.DeleteAccountSettingResponse;
import software.amazon.awssdk.services.ecs.model.ListAccountSettingsRequest;
import software.amazon.awssdk.services.ecs.model.ListAccountSettingsResponse;
import software.amazon.awssdk.services.ecs.model.PutAccountSettingDefaultRequest;
import software.amazon.awssdk.services.ecs.model.PutAccountSettingDefaultResponse;
import software.amazon.awssdk.services.ecs.model.PutAccountSettingRequest;
import software.amazon.awssdk.services.ecs.model.PutAccountSettingResponse;
import software.amazon.awssdk.services.ecs.model.Setting;
import software.amazon.awssdk.services.ecs.model.SettingName;
import software.amazon.awssdk.services.ecs.model.SettingType;

/** PutAccountSetting, PutAccountSettingDefault, DeleteAccountSetting, ListAccountSettings. */
public final class AccountSettingOperations {
  private static final Page.Size PAGE = new Page.Size(10, 10);

  private final AccountSettings settings;

  public AccountSettingOperations(AccountSettings settings) {
    this.settings = settings;
  }

  public void addTo(OperationTable table) {
    table
        .add(
            PutAccountSettingRequest.class,
            this::put,
            "Only containerInsights has an effect: new clusters start with its value.")
        .add(PutAccountSettingDefaultRequest.class, this::putDefault)
        .add(DeleteAccountSettingRequest.class, this::delete)
        .add(
            ListAccountSettingsRequest.class,
            this::list,
            "guardDutyActivate, which callers cannot set, is left out.");
  }

  private PutAccountSettingResponse put(PutAccountSettingRequest request) {
    String principal = principal(request.principalArn());
    return PutAccountSettingResponse.builder()
        .setting(set(principal, request.name(), request.nameAsString(), request.value()))
        .build();
  }

  private PutAccountSettingDefaultResponse putDefault(PutAccountSettingDefaultRequest request) {
    return PutAccountSettingDefaultResponse.builder()
        .setting(
            set(settings.accountDefault(), request.name(), request.nameAsString(), request.value()))
        .build();
  }

  private Setting set(String principal, SettingName name, String written, String value) {
    checkName(written);
    List<String> allowed = AccountSettings.allowed(name);
    if (!allowed.contains(value)) {
      throw EcsError.invalidParameter("The value of " + written + " should be one of " + allowed);
    }
    settings.put(principal, name, value);
    return shown(principal, name.toString(), value);
  }

  private DeleteAccountSettingResponse delete(DeleteAccountSettingRequest request) {
    checkName(request.nameAsString());
    String principal = principal(request.principalArn());
    settings.delete(principal, request.name());
    return DeleteAccountSettingResponse.builder()
        .setting(
            shown(principal, request.nameAsString(), settings.effective(principal, request.name())))
        .build();
  }

  private ListAccountSettingsResponse list(ListAccountSettingsRequest request) {
    if (request.nameAsString() != null) {
      checkName(request.nameAsString());
    }
    if (request.value() != null && request.nameAsString() == null) {
      throw EcsError.invalidParameter("A value needs the name of a setting.");
    }
    String principal = principal(request.principalArn());
    List<Setting> all =
        (Boolean.TRUE.equals(request.effectiveSettings())
                ? AccountSettings.names().stream()
                    .map(
                        name ->
                            shown(principal, name.toString(), settings.effective(principal, name)))
                : settings.of(principal).entrySet().stream()
                    .map(entry -> shown(principal, entry.getKey(), entry.getValue())))
            .filter(
                setting ->
                    request.nameAsString() == null
                        || request.nameAsString().equals(setting.nameAsString()))
            .filter(setting -> request.value() == null || request.value().equals(setting.value()))
            .toList();
    Page<Setting> page =
        Page.of(all, Setting::nameAsString, request.maxResults(), request.nextToken(), PAGE);
    return ListAccountSettingsResponse.builder()
        .settings(page.items())
        .nextToken(page.nextToken().orElse(null))
        .build();
  }

  private String principal(@Nullable String asked) {
    return asked == null || asked.isEmpty() ? settings.accountDefault() : asked;
  }

  private static void checkName(@Nullable String name) {
    if (name == null) {
      throw EcsError.invalidParameter("Setting name can not be blank.");
    }
    Choice.check("setting name", name, AccountSettings.names());
  }

  private static Setting shown(String principal, String name, String value) {
    return Setting.builder()
        .name(name)
        .value(value)
        .principalArn(principal)
        .type(SettingType.USER)
        .build();
  }
}

package io.ecsoperator.localecs.setting;

import io.ecsoperator.localecs.protocol.Scope;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import software.amazon.awssdk.services.ecs.model.SettingName;

/** The settings of the account, by principal. Belongs to the world's thread. */
public final class AccountSettings {
  private static final List<String> SWITCH = List.of("enabled", "disabled");

  /** The allowed values of each setting; the first is the default. */
  private static final Map<SettingName, List<String>> VALUES =
      Map.of(
          SettingName.SERVICE_LONG_ARN_FORMAT, SWITCH,
          SettingName.TASK_LONG_ARN_FORMAT, SWITCH,
          SettingName.CONTAINER_INSTANCE_LONG_ARN_FORMAT, SWITCH,
          SettingName.AWSVPC_TRUNKING, SWITCH.reversed(),
          SettingName.CONTAINER_INSIGHTS, List.of("disabled", "enabled", "enhanced"),
          SettingName.FARGATE_FIPS_MODE, SWITCH.reversed(),
          SettingName.TAG_RESOURCE_AUTHORIZATION, List.of("on", "off"),
          SettingName.FARGATE_TASK_RETIREMENT_WAIT_PERIOD, List.of("7", "0", "14"),
          SettingName.DEFAULT_LOG_DRIVER_MODE, List.of("non-blocking", "blocking"),
          SettingName.FARGATE_EVENT_WINDOWS, SWITCH.reversed());

  private final Scope scope;
  private final SortedMap<String, SortedMap<String, String>> byPrincipal = new TreeMap<>();

  public AccountSettings(Scope scope) {
    this.scope = scope;
  }

  /** The principal that holds the account's default settings. */
  String accountDefault() {
    return scope.principalArn();
  }

  /** The containerInsights value of new clusters. */
  public String containerInsights() {
    return effective(accountDefault(), SettingName.CONTAINER_INSIGHTS);
  }

  static List<String> allowed(SettingName name) {
    return VALUES.getOrDefault(name, List.of());
  }

  static List<SettingName> names() {
    return VALUES.keySet().stream().sorted().toList();
  }

  /** The settings that were put for the principal, by name. */
  Map<String, String> of(String principal) {
    return byPrincipal.getOrDefault(principal, new TreeMap<>());
  }

  /**
   * The effective value for the principal: its own, else the account's default, else ECS's default.
   */
  String effective(String principal, SettingName name) {
    return Optional.ofNullable(of(principal).get(name.toString()))
        .or(() -> Optional.ofNullable(of(accountDefault()).get(name.toString())))
        .orElseGet(() -> allowed(name).getFirst());
  }

  void put(String principal, SettingName name, String value) {
    byPrincipal.computeIfAbsent(principal, unknown -> new TreeMap<>()).put(name.toString(), value);
  }

  void delete(String principal, SettingName name) {
    Optional.ofNullable(byPrincipal.get(principal))
        .ifPresent(settings -> settings.remove(name.toString()));
  }
}

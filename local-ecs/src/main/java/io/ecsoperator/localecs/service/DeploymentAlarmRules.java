package io.ecsoperator.localecs.service;

import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.model.DeploymentAlarms;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentAlarms;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentRollbackMonitorsStatus;

/** Decides which alarms end a deployment. */
final class DeploymentAlarmRules {
  private DeploymentAlarmRules() {}

  /** The alarm settings; empty when alarms are disabled. */
  static Optional<DeploymentAlarms> enabled(DeploymentConfiguration configuration) {
    return Optional.ofNullable(configuration.alarms())
        .filter(alarms -> Boolean.TRUE.equals(alarms.enable()));
  }

  /** The alarm status of a new service deployment. */
  static ServiceDeploymentAlarms monitor(DeploymentConfiguration configuration) {
    return enabled(configuration)
        .map(
            alarms ->
                ServiceDeploymentAlarms.builder()
                    .status(ServiceDeploymentRollbackMonitorsStatus.MONITORING)
                    .alarmNames(alarms.alarmNames())
                    .triggeredAlarmNames(List.of())
                    .build())
        .orElseGet(
            () ->
                ServiceDeploymentAlarms.builder()
                    .status(ServiceDeploymentRollbackMonitorsStatus.DISABLED)
                    .build());
  }

  /** The watched alarms that are in ALARM. */
  static List<String> triggered(DeploymentConfiguration configuration, List<String> inAlarm) {
    return enabled(configuration)
        .map(alarms -> alarms.alarmNames().stream().filter(inAlarm::contains).toList())
        .orElse(List.of());
  }

  static boolean rollBack(DeploymentConfiguration configuration) {
    return enabled(configuration)
        .map(alarms -> Boolean.TRUE.equals(alarms.rollback()))
        .orElse(false);
  }
}

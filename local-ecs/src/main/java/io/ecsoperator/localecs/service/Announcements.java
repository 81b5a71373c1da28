package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.event.ServiceNews;

/** Tells the world outside what happens to services and their deployments. */
final class Announcements {
  private final ServiceNews news;

  Announcements(ServiceNews news) {
    this.news = news;
  }

  void steady(ServiceState service) {
    info("SERVICE_STEADY_STATE", service);
  }

  void taskSetSteady(ServiceState service) {
    info("TASKSET_STEADY_STATE", service);
  }

  void startImpaired(ServiceState service) {
    news.action(
        ServiceNews.Type.WARN,
        "SERVICE_TASK_START_IMPAIRED",
        service.arn(),
        service.cluster().clusterArn());
  }

  void placementFailed(ServiceState service, String reason) {
    news.action(
        ServiceNews.Type.ERROR,
        "SERVICE_TASK_PLACEMENT_FAILURE",
        service.arn(),
        service.cluster().clusterArn(),
        reason);
  }

  private void info(String name, ServiceState service) {
    news.action(ServiceNews.Type.INFO, name, service.arn(), service.cluster().clusterArn());
  }

  /** A deployment begins, or an earlier one comes back; its reason tells which. */
  void deploymentInProgress(ServiceState service, Rollout rollout) {
    deployment(ServiceNews.Type.INFO, "SERVICE_DEPLOYMENT_IN_PROGRESS", service, rollout);
  }

  void deploymentCompleted(ServiceState service, Rollout rollout) {
    deployment(ServiceNews.Type.INFO, "SERVICE_DEPLOYMENT_COMPLETED", service, rollout);
  }

  void deploymentFailed(ServiceState service, Rollout rollout) {
    deployment(ServiceNews.Type.ERROR, "SERVICE_DEPLOYMENT_FAILED", service, rollout);
  }

  private void deployment(
      ServiceNews.Type type, String name, ServiceState service, Rollout rollout) {
    news.deployment(type, name, service.arn(), rollout.revision().deploymentId(), rollout.reason());
  }
}

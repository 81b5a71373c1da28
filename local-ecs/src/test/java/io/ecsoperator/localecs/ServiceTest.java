package io.ecsoperator.localecs;

import static io.ecsoperator.localecs.Fixtures.NETWORK;
import static io.ecsoperator.localecs.Fixtures.container;
import static io.ecsoperator.localecs.Fixtures.env;
import static io.ecsoperator.localecs.Fixtures.register;
import static io.ecsoperator.localecs.Fixtures.registerWeb;
import static io.ecsoperator.localecs.Fixtures.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.ecsoperator.localecs.world.WorldClock;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.AvailabilityZoneRebalancing;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.ecs.model.ClusterContainsServicesException;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.Deployment;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentRolloutState;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.HealthCheck;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.LoadBalancer;
import software.amazon.awssdk.services.ecs.model.MonitoringConfiguration;
import software.amazon.awssdk.services.ecs.model.PropagateTags;
import software.amazon.awssdk.services.ecs.model.ResourceManagementType;
import software.amazon.awssdk.services.ecs.model.SchedulingStrategy;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.ServiceConnectClientAlias;
import software.amazon.awssdk.services.ecs.model.ServiceConnectService;
import software.amazon.awssdk.services.ecs.model.ServiceDeployment;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentBrief;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentRollbackMonitorsStatus;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentStatus;
import software.amazon.awssdk.services.ecs.model.ServiceEvent;
import software.amazon.awssdk.services.ecs.model.ServiceField;
import software.amazon.awssdk.services.ecs.model.ServiceNotActiveException;
import software.amazon.awssdk.services.ecs.model.ServiceNotFoundException;
import software.amazon.awssdk.services.ecs.model.ServiceRevision;
import software.amazon.awssdk.services.ecs.model.ServiceVolumeConfiguration;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.ThresholdType;
import software.amazon.awssdk.services.ecs.model.UpdateServiceRequest;

class ServiceTest {
  private final LocalEcs ecs =
      LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
  private final EcsClient client = ecs.client();

  @BeforeEach
  void createClusterAndDefinition() {
    client.createCluster(c -> c.clusterName("shop").capacityProviders("FARGATE", "FARGATE_SPOT"));
    registerWeb(client);
  }

  @AfterEach
  void stop() {
    ecs.close();
  }

  @Nested
  class Creation {
    @Test
    void createAnswersWithAllThatEcsFillsIn() {
      Service web = create(2, s -> s);

      assertThat(web.serviceArn()).isEqualTo("arn:aws:ecs:us-east-1:123456789012:service/shop/web");
      assertThat(web.status()).isEqualTo("ACTIVE");
      assertThat(web.desiredCount()).isEqualTo(2);
      assertThat(web.runningCount()).isZero();
      assertThat(web.pendingCount()).isZero();
      assertThat(web.taskDefinition()).endsWith(":task-definition/web:1");
      assertThat(web.platformVersion()).isEqualTo("LATEST");
      assertThat(web.platformFamily()).isEqualTo("Linux");
      assertThat(web.hasLoadBalancers()).isTrue();
      assertThat(web.hasServiceRegistries()).isTrue();
      assertThat(web.hasPlacementConstraints()).isTrue();
      assertThat(web.hasPlacementStrategy()).isTrue();
      assertThat(web.hasEvents()).isTrue();
      assertThat(web.hasCurrentServiceRevisions()).isTrue();
      assertThat(web.hasCapacityProviderStrategy()).isFalse();
      assertThat(web.healthCheckGracePeriodSeconds()).isZero();
      assertThat(web.schedulingStrategy()).isEqualTo(SchedulingStrategy.REPLICA);
      assertThat(web.deploymentController().typeAsString()).isEqualTo("ECS");
      assertThat(web.createdBy()).isNotBlank();
      assertThat(web.enableECSManagedTags()).isFalse();
      assertThat(web.propagateTags()).isEqualTo(PropagateTags.NONE);
      assertThat(web.enableExecuteCommand()).isFalse();
      assertThat(web.availabilityZoneRebalancing()).isEqualTo(AvailabilityZoneRebalancing.ENABLED);
      assertThat(web.resourceManagementType()).isEqualTo(ResourceManagementType.CUSTOMER);
      assertThat(web.roleArn()).endsWith("AWSServiceRoleForECS");
      DeploymentConfiguration configuration = web.deploymentConfiguration();
      assertThat(configuration.maximumPercent()).isEqualTo(200);
      assertThat(configuration.minimumHealthyPercent()).isEqualTo(100);
      assertThat(configuration.strategyAsString()).isEqualTo("ROLLING");
      assertThat(configuration.bakeTimeInMinutes()).isZero();
      assertThat(configuration.deploymentCircuitBreaker())
          .satisfies(
              breaker -> {
                assertThat(breaker.enable()).isFalse();
                assertThat(breaker.rollback()).isFalse();
                assertThat(breaker.resetOnHealthyTask()).isTrue();
                assertThat(breaker.thresholdConfiguration().type())
                    .isEqualTo(ThresholdType.BOUNDED_PERCENT);
                assertThat(breaker.thresholdConfiguration().value()).isEqualTo(50);
              });
      assertThat(web.deployments()).hasSize(1);
      Deployment primary = web.deployments().getFirst();
      assertThat(primary.id()).matches("ecs-svc/[0-9]{19}");
      assertThat(primary.status()).isEqualTo("PRIMARY");
      assertThat(primary.rolloutState()).isEqualTo(DeploymentRolloutState.IN_PROGRESS);
      assertThat(primary.rolloutStateReason())
          .isEqualTo("ECS deployment " + primary.id() + " in progress.");
      assertThat(primary.failedTasks()).isZero();
      assertThat(primary.platformVersion()).isEqualTo("1.4.0");
    }

    @Test
    void aTokenMakesCreationRepeatable() {
      Service first = create(1, s -> s.clientToken("t1"));

      assertThat(create(1, s -> s.clientToken("t1")).createdAt()).isEqualTo(first.createdAt());
      assertThatThrownBy(() -> create(2, s -> s.clientToken("t1")))
          .hasMessageStartingWith("Creation of service was not idempotent.");
      assertThat(ecs.calls().of("CreateService").getFirst().clientToken()).hasValue("t1");
    }

    @Test
    void aNameIsFreeAgainOnlyWhenItsServiceHasDrained() {
      createSteady(1);
      assertThatThrownBy(() -> create(1, s -> s))
          .isInstanceOf(InvalidParameterException.class)
          .hasMessageStartingWith("Creation of service was not idempotent.");
      assertThatThrownBy(() -> client.deleteService(d -> d.cluster("shop").service("web")))
          .isInstanceOf(InvalidParameterException.class)
          .hasMessageStartingWith("The service cannot be stopped while it is scaled above 0.");

      Service deleted =
          client.deleteService(d -> d.cluster("shop").service("web").force(true)).service();
      assertThat(deleted.status()).isEqualTo("DRAINING");
      assertThatThrownBy(() -> create(1, s -> s))
          .hasMessageStartingWith("Unable to Start a service that is still Draining.");
      assertThatThrownBy(() -> update(u -> u.desiredCount(1)))
          .isInstanceOf(ServiceNotActiveException.class)
          .hasMessageStartingWith("Service was not ACTIVE.");
      assertThat(client.listServices(l -> l.cluster("shop")).serviceArns()).isEmpty();
      assertThatThrownBy(() -> client.deleteCluster(c -> c.cluster("shop")))
          .isInstanceOf(ClusterContainsServicesException.class);

      ecs.advance(Duration.ofSeconds(10));
      assertThat(describe().status()).isEqualTo("INACTIVE");
      assertThat(describe().deployments()).isEmpty();
      Service again = create(1, s -> s);
      assertThat(again.status()).isEqualTo("ACTIVE");
      ecs.advance(Duration.ofHours(2));
      assertThat(describe().runningCount()).isOne();
    }

    @Test
    void refusesWhatEcsRefuses() {
      refused("DesiredCount is missing", s -> s.desiredCount(null));
      refused("DesiredCount can not be lesser than 0", s -> s.desiredCount(-1));
      refused("should be one of [EC2,FARGATE", s -> s.launchType("MOON"));
      refused(
          "The daemon scheduling strategy does not support a desired count for services. Remove the"
              + " desired count value and try again",
          s -> s.schedulingStrategy("DAEMON"));
      refused(
          "maximumPercent must be between 100 and 200",
          s -> s.deploymentConfiguration(d -> d.maximumPercent(99)));
      refused(
          "The container app does not exist in the task definition.",
          s ->
              s.loadBalancers(
                  LoadBalancer.builder().containerName("app").containerPort(80).build()));
      create(1, s -> s);
      assertThatThrownBy(() -> update(u -> u.desiredCount(-1)))
          .hasMessageStartingWith("Task count can not be lesser than 0");
    }

    private void refused(String message, UnaryOperator<CreateServiceRequest.Builder> how) {
      assertThatThrownBy(() -> create(1, how))
          .isInstanceOf(InvalidParameterException.class)
          .hasMessageContaining(message);
    }

    @Test
    void aStrategyIsShownInsteadOfALaunchType() {
      CapacityProviderStrategyItem spot =
          CapacityProviderStrategyItem.builder().capacityProvider("FARGATE_SPOT").weight(1).build();
      Service web = create(1, s -> s.launchType((String) null).capacityProviderStrategy(spot));

      assertThat(web.launchType()).isNull();
      assertThat(web.capacityProviderStrategy()).containsExactly(spot.toBuilder().base(0).build());
      ecs.advance(Duration.ofMinutes(1));
      assertThat(tasks().getFirst().capacityProviderName()).isEqualTo("FARGATE_SPOT");
      assertThat(tasks().getFirst().launchTypeAsString()).isEqualTo("FARGATE");
      assertThatThrownBy(
              () -> create(1, s -> s.serviceName("other").capacityProviderStrategy(spot)))
          .isInstanceOf(InvalidParameterException.class)
          .hasMessageContaining("both a launch type and capacity provider strategy");
    }

    @Test
    void anEmptyStrategyMovesAServiceBackToItsLaunchType() {
      CapacityProviderStrategyItem spot =
          CapacityProviderStrategyItem.builder().capacityProvider("FARGATE_SPOT").weight(1).build();
      create(1, s -> s);

      Service moved = update(u -> u.capacityProviderStrategy(spot).forceNewDeployment(true));
      assertThat(moved.launchType()).isNull();
      Service back = update(u -> u.capacityProviderStrategy(List.of()).forceNewDeployment(true));

      assertThat(back.launchTypeAsString()).isEqualTo("FARGATE");
      assertThat(back.hasCapacityProviderStrategy()).isFalse();
      assertThat(back.platformVersion()).isEqualTo("LATEST");
    }

    @Test
    void aStrategyMayUseAProviderThatTheClusterGotAfterTheServiceWasCreated() {
      client.createCluster(c -> c.clusterName("later"));
      client.createService(
          s ->
              s.cluster("later")
                  .serviceName("web")
                  .taskDefinition("web")
                  .desiredCount(0)
                  .launchType("FARGATE")
                  .networkConfiguration(n -> n.awsvpcConfiguration(v -> v.subnets("subnet-1"))));
      client.putClusterCapacityProviders(
          p ->
              p.cluster("later")
                  .capacityProviders("FARGATE_SPOT")
                  .defaultCapacityProviderStrategy(List.of()));

      Service moved =
          client
              .updateService(
                  u ->
                      u.cluster("later")
                          .service("web")
                          .capacityProviderStrategy(
                              CapacityProviderStrategyItem.builder()
                                  .capacityProvider("FARGATE_SPOT")
                                  .build())
                          .forceNewDeployment(true))
              .service();

      assertThat(moved.capacityProviderStrategy()).hasSize(1);
    }

    @Test
    void theDefaultsOfNetworkServiceConnectAndVolumesAreShown() {
      ServiceConnectService http =
          ServiceConnectService.builder()
              .portName("http")
              .clientAliases(ServiceConnectClientAlias.builder().port(80).build())
              .build();
      ServiceVolumeConfiguration data =
          ServiceVolumeConfiguration.builder()
              .name("data")
              .managedEBSVolume(e -> e.roleArn("arn:r"))
              .build();
      Service web =
          create(
              1,
              s ->
                  s.serviceConnectConfiguration(
                          c -> c.enabled(true).namespace("shop").services(http))
                      .volumeConfigurations(data));

      Deployment primary = web.deployments().getFirst();
      assertThat(web.networkConfiguration().awsvpcConfiguration().assignPublicIpAsString())
          .isEqualTo("DISABLED");
      ServiceConnectService shown = primary.serviceConnectConfiguration().services().getFirst();
      assertThat(shown.discoveryName()).isEqualTo("http");
      assertThat(shown.clientAliases().getFirst().dnsName()).isEqualTo("http.shop");
      assertThat(
              primary.volumeConfigurations().getFirst().managedEBSVolume().filesystemTypeAsString())
          .isEqualTo("xfs");
    }

    @Test
    void aRepeatedCreationWithOtherTagsReturnsTheExistingService() {
      Service first = create(1, s -> s.clientToken("once"));

      Service repeated =
          create(
              1, s -> s.clientToken("once").tags(Tag.builder().key("team").value("web").build()));

      assertThat(repeated.serviceArn()).isEqualTo(first.serviceArn());
      assertThat(repeated.tags()).isEmpty();
    }

    @Test
    void monitoringStartsADeployment() {
      create(1, s -> s);

      assertThat(update(u -> u.monitoring(MonitoringConfiguration.builder().build())).deployments())
          .hasSize(2);
    }

    @Test
    void tagsReachTheTasksWhenAsked() {
      Tag tag = Tag.builder().key("team").value("web").build();
      create(1, s -> s.tags(tag).propagateTags("SERVICE").enableECSManagedTags(true));
      ecs.advance(Duration.ofSeconds(5));

      assertThat(describe().hasTags()).isFalse();
      assertThat(
              client
                  .describeServices(
                      d -> d.cluster("shop").services("web").include(ServiceField.TAGS))
                  .services()
                  .getFirst()
                  .tags())
          .containsExactly(tag);
      String arn =
          client.listTasks(l -> l.cluster("shop").serviceName("web")).taskArns().getFirst();
      assertThat(client.listTagsForResource(t -> t.resourceArn(arn)).tags())
          .contains(tag, Tag.builder().key("aws:ecs:serviceName").value("web").build());
    }
  }

  @Nested
  class Rollout {
    @Test
    void aDeploymentCompletesWhenItsTasksWereHealthyForFortySeconds() {
      create(2, s -> s);

      ecs.advance(Duration.ofSeconds(49));
      Service running = describe();
      assertThat(running.runningCount()).isEqualTo(2);
      assertThat(running.deployments().getFirst().rolloutState())
          .isEqualTo(DeploymentRolloutState.IN_PROGRESS);

      ecs.advance(Duration.ofSeconds(41));
      Service done = describe();
      Deployment primary = done.deployments().getFirst();
      assertThat(primary.rolloutState()).isEqualTo(DeploymentRolloutState.COMPLETED);
      assertThat(primary.rolloutStateReason())
          .isEqualTo("ECS deployment " + primary.id() + " completed.");
      assertThat(done.events())
          .extracting(ServiceEvent::message)
          .satisfiesExactly(
              newest -> assertThat(newest).isEqualTo("(service web) has reached a steady state."),
              completed ->
                  assertThat(completed)
                      .isEqualTo(
                          "(service web) (deployment " + primary.id() + ") deployment completed."),
              started ->
                  assertThat(started)
                      .matches(
                          "\\(service web\\) has started 2 tasks: \\(task [0-9a-f]{32}\\) \\(task"
                              + " [0-9a-f]{32}\\)\\."));
      List<Task> tasks = tasks();
      assertThat(tasks).extracting(Task::group).containsOnly("service:web");
      assertThat(tasks).extracting(Task::startedBy).containsOnly(primary.id());
    }

    @Test
    void containerHealthDecidesWhereThereIsAHealthCheck() {
      registerContainer(
          c -> c.healthCheck(HealthCheck.builder().command("CMD", "true").interval(100).build()));
      create(1, s -> s);

      ecs.advance(Duration.ofSeconds(120));
      assertThat(primary().rolloutState()).isEqualTo(DeploymentRolloutState.IN_PROGRESS);
      ecs.advance(Duration.ofSeconds(40));
      assertThat(primary().rolloutState()).isEqualTo(DeploymentRolloutState.COMPLETED);
    }

    @Test
    void aNewRevisionReplacesTheTasksOfTheOneBefore() {
      createSteady(2);
      String before = primary().id();
      registerWeb(client);

      Service answered = update(u -> u.taskDefinition("web"));
      assertThat(answered.deployments())
          .extracting(Deployment::status, Deployment::rolloutStateAsString)
          .containsExactly(tuple("PRIMARY", "IN_PROGRESS"), tuple("ACTIVE", "COMPLETED"));
      assertThat(answered.taskDefinition()).endsWith("web:2");

      ecs.advance(Duration.ofSeconds(60));
      assertThat(describe().runningCount()).isEqualTo(4);
      ecs.advance(Duration.ofMinutes(2));

      Service after = describe();
      assertThat(after.deployments()).hasSize(1);
      assertThat(primary().id()).isNotEqualTo(before);
      assertThat(primary().rolloutState()).isEqualTo(DeploymentRolloutState.COMPLETED);
      assertThat(tasks()).hasSize(2).allMatch(task -> task.taskDefinitionArn().endsWith("web:2"));
      Task replaced = stoppedTasks().getFirst();
      assertThat(replaced.stopCodeAsString()).isEqualTo("ServiceSchedulerInitiated");
      assertThat(replaced.stoppedReason())
          .isEqualTo("Scaling activity initiated by (deployment " + primary().id() + ")");
    }

    @Test
    void onlyCertainMembersStartADeployment() {
      createSteady(1);
      String id = primary().id();

      update(u -> u.desiredCount(3));
      update(u -> u.deploymentConfiguration(d -> d.maximumPercent(150)));
      update(u -> u.healthCheckGracePeriodSeconds(5).enableExecuteCommand(true));
      update(u -> u.propagateTags("SERVICE").enableECSManagedTags(true));
      update(u -> u.taskDefinition("web:1").platformVersion("LATEST"));
      assertThat(describe().deployments()).extracting(Deployment::id).containsExactly(id);

      update(u -> u.networkConfiguration(NETWORK));
      assertThat(describe().deployments()).hasSize(2);
      update(u -> u.forceNewDeployment(true));
      assertThat(describe().deployments()).hasSize(3);
      ecs.advance(Duration.ofMinutes(5));
      assertThat(describe().deployments()).hasSize(1);
      assertThat(describe().runningCount()).isEqualTo(3);
      assertThat(deployments())
          .extracting(ServiceDeploymentBrief::status)
          .containsExactly(
              ServiceDeploymentStatus.SUCCESSFUL,
              ServiceDeploymentStatus.STOPPED,
              ServiceDeploymentStatus.SUCCESSFUL);
    }

    @Test
    void scalingStartsAndStopsTasksWithoutADeployment() {
      createSteady(1);

      update(u -> u.desiredCount(4));
      ecs.advance(Duration.ofMinutes(2));
      assertThat(describe().runningCount()).isEqualTo(4);
      assertThat(primary().rolloutState()).isEqualTo(DeploymentRolloutState.COMPLETED);

      update(u -> u.desiredCount(0));
      ecs.advance(Duration.ofMinutes(2));
      assertThat(describe().runningCount()).isZero();
      assertThat(tasks()).isEmpty();
      assertThat(describe().events().getFirst().message()).contains("has reached a steady state.");
    }

    @Test
    void aTaskThatEndsIsReplaced() {
      createSteady(2);
      Task victim = tasks().getFirst();
      client.stopTask(s -> s.cluster("shop").task(victim.taskArn()));
      ecs.advance(Duration.ofMinutes(2));

      assertThat(tasks()).hasSize(2).noneMatch(task -> task.taskArn().equals(victim.taskArn()));
      assertThat(primary().rolloutState()).isEqualTo(DeploymentRolloutState.COMPLETED);
      assertThat(primary().failedTasks()).isZero();
    }

    @Test
    void aRevisionInUseIsNotRemovedBeforeItsServiceLetsGo() {
      createSteady(1);
      client.deregisterTaskDefinition(d -> d.taskDefinition("web:1"));
      client.deleteTaskDefinitions(d -> d.taskDefinitions("web:1"));
      ecs.advance(Duration.ofHours(1));
      assertThat(
              client
                  .describeTaskDefinition(d -> d.taskDefinition("web:1"))
                  .taskDefinition()
                  .statusAsString())
          .isEqualTo("DELETE_IN_PROGRESS");

      client.deleteService(d -> d.cluster("shop").service("web").force(true));
      ecs.advance(Duration.ofMinutes(2));
      assertThatThrownBy(() -> client.describeTaskDefinition(d -> d.taskDefinition("web:1")))
          .hasMessageStartingWith("Unable to describe task definition.");
    }
  }

  @Nested
  class FailedDeployment {
    @Test
    void theCircuitBreakerSettingIsReplacedButForItsOptionalChildren() {
      create(
          1,
          s ->
              s.deploymentConfiguration(
                  d ->
                      d.maximumPercent(150)
                          .deploymentCircuitBreaker(
                              b ->
                                  b.enable(true)
                                      .rollback(true)
                                      .resetOnHealthyTask(false)
                                      .thresholdConfiguration(
                                          t -> t.type(ThresholdType.COUNT).value(7)))));

      DeploymentConfiguration merged =
          update(
                  u ->
                      u.deploymentConfiguration(
                          d -> d.deploymentCircuitBreaker(b -> b.enable(true))))
              .deploymentConfiguration();

      assertThat(merged.maximumPercent()).isEqualTo(150);
      assertThat(merged.deploymentCircuitBreaker().enable()).isTrue();
      assertThat(merged.deploymentCircuitBreaker().rollback()).isFalse();
      assertThat(merged.deploymentCircuitBreaker().resetOnHealthyTask()).isFalse();
      assertThat(merged.deploymentCircuitBreaker().thresholdConfiguration().value()).isEqualTo(7);
    }

    @Test
    void theCircuitBreakerRollsBackToTheLastCompletedDeployment() {
      create(2, ServiceTest::withBreaker);
      ecs.advance(Duration.ofMinutes(2));
      String good = primary().id();
      registerContainer(c -> c.environment(env("LOCAL_ECS_PULL_ERROR", "not found")));

      update(u -> u.taskDefinition("web"));
      String bad = primary().id();
      advanceUntilRolledBack();

      Service rollingBack = describe();
      assertThat(rollingBack.deployments())
          .extracting(Deployment::id, Deployment::rolloutStateAsString, Deployment::status)
          .containsExactly(tuple(good, "IN_PROGRESS", "PRIMARY"), tuple(bad, "FAILED", "ACTIVE"));
      assertThat(primary().rolloutStateReason())
          .isEqualTo("ECS deployment circuit breaker: rolling back to deploymentId " + good + ".");
      assertThat(rollingBack.deployments().get(1).rolloutStateReason())
          .isEqualTo("ECS deployment circuit breaker: tasks failed to start.");
      assertThat(rollingBack.taskDefinition()).endsWith("web:1");
      assertThat(rollingBack.runningCount()).isEqualTo(2);

      ecs.advance(Duration.ofMinutes(3));
      Service after = describe();
      assertThat(after.deployments()).hasSize(1);
      assertThat(primary().rolloutState()).isEqualTo(DeploymentRolloutState.COMPLETED);
      ServiceDeployment deployment = newestDeployment();
      assertThat(deployment.status()).isEqualTo(ServiceDeploymentStatus.ROLLBACK_SUCCESSFUL);
      assertThat(deployment.statusReason())
          .isEqualTo(
              "Service deployment rolled back because the circuit breaker threshold was exceeded.");
      assertThat(deployment.deploymentCircuitBreaker().status())
          .isEqualTo(ServiceDeploymentRollbackMonitorsStatus.TRIGGERED);
      assertThat(deployment.deploymentCircuitBreaker().failureCount()).isGreaterThanOrEqualTo(3);
      assertThat(deployment.rollback().serviceRevisionArn())
          .endsWith(good.substring("ecs-svc/".length()));
      assertThat(after.events())
          .extracting(ServiceEvent::message)
          .contains(
              "(service web) (deployment " + bad + ") deployment failed: tasks failed to start.",
              "(service web) rolling back to deployment " + good + ".");
    }

    private void advanceUntilRolledBack() {
      for (int i = 0; i < 600 && !primary().rolloutStateReason().contains("rolling back"); i++) {
        ecs.advance(Duration.ofSeconds(1));
      }
    }

    @Test
    void aFirstDeploymentThatFailsHasNothingToGoBackTo() {
      registerContainer(c -> c.command("false"));
      create(1, ServiceTest::withBreaker);
      ecs.advance(Duration.ofMinutes(10));

      assertThat(primary().rolloutState()).isEqualTo(DeploymentRolloutState.FAILED);
      assertThat(newestDeployment().status()).isEqualTo(ServiceDeploymentStatus.ROLLBACK_FAILED);
      assertThat(newestDeployment().statusReason())
          .isEqualTo("No rollback candidate was found to run the rollback");
      int stopped = stoppedTasks().size();
      ecs.advance(Duration.ofMinutes(30));
      assertThat(tasks()).isEmpty();
      assertThat(stoppedTasks()).hasSize(stopped);
    }

    @Test
    void unhealthyContainersFailADeploymentToo() {
      registerContainer(
          c ->
              c.environment(env("LOCAL_ECS_HEALTH", "UNHEALTHY"))
                  .healthCheck(HealthCheck.builder().command("CMD", "true").interval(5).build()));
      create(1, ServiceTest::withBreaker);
      ecs.advance(Duration.ofMinutes(10));

      assertThat(primary().rolloutState()).isEqualTo(DeploymentRolloutState.FAILED);
      assertThat(stoppedTasks())
          .isNotEmpty()
          .allMatch(task -> task.stoppedReason().equals("Task failed container health checks"));
    }

    @Test
    void withoutABreakerFailingTasksAreTriedAgainEverMoreSlowly() {
      registerContainer(c -> c.environment(env("LOCAL_ECS_PULL_ERROR", "not found")));
      create(1, s -> s);

      ecs.advance(Duration.ofMinutes(10));
      int early = primary().failedTasks();
      ecs.advance(Duration.ofHours(3));

      assertThat(early).isGreaterThanOrEqualTo(4);
      assertThat(primary().failedTasks() - early).isLessThanOrEqualTo(14);
      assertThat(primary().rolloutState()).isEqualTo(DeploymentRolloutState.IN_PROGRESS);
      assertThat(describe().events())
          .extracting(ServiceEvent::message)
          .filteredOn(text -> text.contains("unable to consistently start tasks"))
          .hasSize(1);
    }
  }

  @Nested
  class Capacity {
    @Test
    void onEc2WithoutInstancesNothingCanBePlaced() {
      create(1, s -> s.launchType("EC2"));
      ecs.advance(Duration.ofHours(1));

      assertThat(describe().events())
          .extracting(ServiceEvent::message)
          .singleElement()
          .asString()
          .startsWith(
              "(service web) was unable to place a task because no container instance met all of its"
                  + " requirements.");
      assertThat(primary().rolloutState()).isEqualTo(DeploymentRolloutState.IN_PROGRESS);
      assertThat(describe().platformVersion()).isNull();
    }

    @Test
    void aDaemonWithoutInstancesWantsNothing() {
      Service daemon =
          create(0, s -> s.desiredCount(null).launchType("EC2").schedulingStrategy("DAEMON"));
      assertThat(daemon.desiredCount()).isZero();
      assertThat(daemon.deploymentConfiguration().maximumPercent()).isEqualTo(100);
      assertThat(daemon.deploymentConfiguration().minimumHealthyPercent()).isZero();
      assertThat(daemon.availabilityZoneRebalancing())
          .isEqualTo(AvailabilityZoneRebalancing.DISABLED);

      ecs.advance(Duration.ofSeconds(5));
      assertThat(primary().rolloutState()).isEqualTo(DeploymentRolloutState.COMPLETED);
      assertThatThrownBy(() -> update(u -> u.desiredCount(1)))
          .isInstanceOf(InvalidParameterException.class)
          .hasMessageStartingWith(
              "The daemon scheduling strategy does not support a desired count for services.");
    }
  }

  @Nested
  class Reads {
    @Test
    void whatIsNotThereIsNamed() {
      assertThat(client.describeServices(d -> d.cluster("shop").services("none")).failures())
          .containsExactly(
              Failure.builder()
                  .arn("arn:aws:ecs:us-east-1:123456789012:service/shop/none")
                  .reason("MISSING")
                  .build());
      assertThatThrownBy(() -> client.updateService(u -> u.cluster("shop").service("none")))
          .isInstanceOf(ServiceNotFoundException.class)
          .hasMessageStartingWith("Service not found.");
      assertThatThrownBy(() -> client.deleteService(d -> d.cluster("shop").service("none")))
          .isInstanceOf(ServiceNotFoundException.class);
    }

    @Test
    void serviceConnectAndVolumesAreShownOnTheDeploymentOnly() {
      create(1, s -> s.serviceConnectConfiguration(c -> c.enabled(true).namespace("inner")));

      assertThat(primary().serviceConnectConfiguration().namespace()).isEqualTo("inner");
    }

    @Test
    void revisionsAndDeploymentsHaveTheirOwnRecords() {
      createSteady(1);
      String digits = primary().id().substring("ecs-svc/".length());
      ServiceDeployment deployment = newestDeployment();

      assertThat(deployment.serviceDeploymentArn())
          .matches(
              "arn:aws:ecs:us-east-1:123456789012:service-deployment/shop/web/[A-Za-z0-9_-]{21}");
      assertThat(deployment.status()).isEqualTo(ServiceDeploymentStatus.SUCCESSFUL);
      assertThat(deployment.deploymentCircuitBreaker().status())
          .isEqualTo(ServiceDeploymentRollbackMonitorsStatus.DISABLED);
      assertThat(deployment.targetServiceRevision().arn())
          .isEqualTo("arn:aws:ecs:us-east-1:123456789012:service-revision/shop/web/" + digits);
      assertThat(deployment.targetServiceRevision().runningTaskCount()).isOne();
      assertThat(describe().currentServiceDeployment())
          .isEqualTo(deployment.serviceDeploymentArn());
      ServiceRevision revision =
          client
              .describeServiceRevisions(
                  d -> d.serviceRevisionArns(deployment.targetServiceRevision().arn()))
              .serviceRevisions()
              .getFirst();
      assertThat(revision.taskDefinition()).endsWith("web:1");
      assertThat(revision.containerImages().getFirst().image()).isEqualTo("nginx:1");
      assertThat(
              client
                  .listServiceDeployments(
                      l -> l.cluster("shop").service("web").createdAt(c -> c.after(ecs.now())))
                  .serviceDeployments())
          .isEmpty();
    }

    @Test
    void listsTenServicesToAPageAndNoMoreThanAHundred() {
      for (int i = 0; i < 12; i++) {
        String name = "s" + i;
        create(0, s -> s.serviceName(name));
      }

      var first = client.listServices(l -> l.cluster("shop"));
      assertThat(first.serviceArns()).hasSize(10);
      assertThat(
              client
                  .listServices(l -> l.cluster("shop").nextToken(first.nextToken()))
                  .serviceArns())
          .hasSize(2);
      assertThatThrownBy(() -> client.listServices(l -> l.cluster("shop").maxResults(101)))
          .hasMessageStartingWith("Max results can not be greater than 100");
      List<String> eleven = IntStream.range(0, 11).mapToObj(i -> "s" + i).toList();
      assertThatThrownBy(() -> client.describeServices(d -> d.cluster("shop").services(eleven)))
          .isInstanceOf(InvalidParameterException.class);
    }
  }

  private void registerContainer(UnaryOperator<ContainerDefinition.Builder> more) {
    register(client, "web", container("web", more));
  }

  private Service create(int desired, UnaryOperator<CreateServiceRequest.Builder> more) {
    return client.createService(more.apply(service(desired)).build()).service();
  }

  private void createSteady(int desired) {
    create(desired, s -> s);
    ecs.advance(Duration.ofMinutes(2));
    assertThat(primary().rolloutState()).isEqualTo(DeploymentRolloutState.COMPLETED);
  }

  private Service update(UnaryOperator<UpdateServiceRequest.Builder> more) {
    return client
        .updateService(
            more.apply(UpdateServiceRequest.builder().cluster("shop").service("web")).build())
        .service();
  }

  private Service describe() {
    return client.describeServices(d -> d.cluster("shop").services("web")).services().getFirst();
  }

  private Deployment primary() {
    return describe().deployments().getFirst();
  }

  private List<ServiceDeploymentBrief> deployments() {
    return client
        .listServiceDeployments(l -> l.cluster("shop").service("web"))
        .serviceDeployments();
  }

  private ServiceDeployment newestDeployment() {
    String arn = deployments().getFirst().serviceDeploymentArn();
    return client
        .describeServiceDeployments(d -> d.serviceDeploymentArns(arn))
        .serviceDeployments()
        .getFirst();
  }

  private List<Task> tasks() {
    return described(client.listTasks(l -> l.cluster("shop")).taskArns());
  }

  private List<Task> stoppedTasks() {
    return described(client.listTasks(l -> l.cluster("shop").desiredStatus("STOPPED")).taskArns());
  }

  private List<Task> described(List<String> arns) {
    return arns.isEmpty()
        ? List.of()
        : client.describeTasks(d -> d.cluster("shop").tasks(arns)).tasks();
  }

  private static CreateServiceRequest.Builder withBreaker(CreateServiceRequest.Builder service) {
    return service.deploymentConfiguration(
        d -> d.deploymentCircuitBreaker(b -> b.enable(true).rollback(true)));
  }
}

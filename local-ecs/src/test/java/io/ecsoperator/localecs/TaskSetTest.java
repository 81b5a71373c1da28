package io.ecsoperator.localecs;

import static io.ecsoperator.localecs.Fixtures.NETWORK;
import static io.ecsoperator.localecs.Fixtures.registerWeb;
import static io.ecsoperator.localecs.Fixtures.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.ecsoperator.localecs.world.WorldClock;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.CreateTaskSetRequest;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.Scale;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.ServiceEvent;
import software.amazon.awssdk.services.ecs.model.StabilityStatus;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskSet;
import software.amazon.awssdk.services.ecs.model.TaskSetField;
import software.amazon.awssdk.services.ecs.model.TaskSetNotFoundException;

class TaskSetTest {
  private final LocalEcs ecs =
      LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
  private final EcsClient client = ecs.client();

  @BeforeEach
  void createClusterAndDefinition() {
    client.createCluster(c -> c.clusterName("shop"));
    registerWeb(client);
  }

  @AfterEach
  void stop() {
    ecs.close();
  }

  @Test
  void anExternalServiceBeginsWithNothing() {
    Service web = createExternal(3);

    assertThat(web.deploymentController().typeAsString()).isEqualTo("EXTERNAL");
    assertThat(web.hasDeployments()).isTrue();
    assertThat(web.deployments()).isEmpty();
    assertThat(web.hasTaskSets()).isTrue();
    assertThat(web.taskSets()).isEmpty();
    assertThat(web.taskDefinition()).isNull();
    assertThat(web.currentServiceDeployment()).isNull();
    ecs.advance(Duration.ofMinutes(5));
    assertThat(client.listTasks(l -> l.cluster("shop")).taskArns()).isEmpty();
  }

  @Test
  void aNewTaskSetWaitsForAScale() {
    createExternal(3);

    TaskSet set = createSet(s -> s.externalId("build-7"));

    assertThat(set.id()).matches("ecs-svc/[0-9]{19}");
    assertThat(set.taskSetArn())
        .isEqualTo("arn:aws:ecs:us-east-1:123456789012:task-set/shop/web/" + set.id());
    assertThat(set.status()).isEqualTo("ACTIVE");
    assertThat(set.externalId()).isEqualTo("build-7");
    assertThat(set.startedBy()).isNull();
    assertThat(set.taskDefinition()).endsWith(":task-definition/web:1");
    assertThat(set.platformVersion()).isEqualTo("1.4.0");
    assertThat(set.hasLoadBalancers()).isTrue();
    assertThat(set.hasServiceRegistries()).isTrue();
    assertThat(set.scale()).isEqualTo(Scale.builder().value(0.0).unit("PERCENT").build());
    assertThat(set.computedDesiredCount()).isZero();
    assertThat(set.stabilityStatus()).isEqualTo(StabilityStatus.STABILIZING);
    ecs.advance(Duration.ofSeconds(2));
    assertThat(describeSet(set).stabilityStatus()).isEqualTo(StabilityStatus.STEADY_STATE);
  }

  @Test
  void itsShareOfTheDesiredCountIsRoundedUp() {
    createExternal(3);
    TaskSet set = createSet(s -> s.scale(Scale.builder().value(34.0).build()));

    assertThat(set.computedDesiredCount()).isEqualTo(2);
    ecs.advance(Duration.ofMinutes(2));
    TaskSet steady = describeSet(set);
    assertThat(steady.runningCount()).isEqualTo(2);
    assertThat(steady.pendingCount()).isZero();
    assertThat(steady.stabilityStatus()).isEqualTo(StabilityStatus.STEADY_STATE);
    assertThat(steady.stabilityStatusAt()).isAfter(set.stabilityStatusAt());
    assertThat(describe().runningCount()).isEqualTo(2);
    assertThat(describe().events())
        .extracting(ServiceEvent::message)
        .satisfiesExactly(
            service -> assertThat(service).isEqualTo("(service web) has reached a steady state."),
            ofSet ->
                assertThat(ofSet)
                    .isEqualTo(
                        "(service web, taskSet " + set.id() + ") has reached a steady state."),
            started ->
                assertThat(started)
                    .startsWith("(service web, taskSet " + set.id() + ") has started 2 tasks: "));
    Task task =
        client
            .describeTasks(
                d -> d.cluster("shop").tasks(client.listTasks(l -> l.cluster("shop")).taskArns()))
            .tasks()
            .getFirst();
    assertThat(task.startedBy()).isEqualTo(set.id());
    assertThat(task.group()).isEqualTo("service:web");
  }

  @Test
  void scalesFollowTheServiceAndTheTaskSet() {
    createExternal(4);
    TaskSet set = createSet(s -> s.scale(Scale.builder().value(100.0).build()));
    ecs.advance(Duration.ofMinutes(2));

    client.updateService(u -> u.cluster("shop").service("web").desiredCount(6));
    ecs.advance(Duration.ofMinutes(2));
    assertThat(describeSet(set).runningCount()).isEqualTo(6);

    TaskSet scaled =
        client
            .updateTaskSet(
                u -> u.cluster("shop").service("web").taskSet(set.id()).scale(s -> s.value(50.0)))
            .taskSet();
    assertThat(scaled.computedDesiredCount()).isEqualTo(3);
    assertThat(scaled.stabilityStatus()).isEqualTo(StabilityStatus.STABILIZING);
    ecs.advance(Duration.ofMinutes(2));
    assertThat(describeSet(set).runningCount()).isEqualTo(3);
  }

  @Test
  void thePrimaryTaskSetIsWhatTheServiceShows() {
    createExternal(1);
    TaskSet blue = createSet(s -> s.scale(Scale.builder().value(100.0).build()));
    registerWeb(client);
    TaskSet green = createSet(s -> s);

    assertThat(makePrimary(blue).status()).isEqualTo("PRIMARY");
    assertThat(describe().taskDefinition()).endsWith("web:1");
    makePrimary(green);

    assertThat(describe().taskDefinition()).endsWith("web:2");
    assertThat(describe().taskSets())
        .extracting(TaskSet::id, TaskSet::status)
        .containsExactly(tuple(blue.id(), "ACTIVE"), tuple(green.id(), "PRIMARY"));
  }

  @Test
  void aTaskSetWithTasksIsOnlyDeletedByForce() {
    createExternal(2);
    TaskSet set = createSet(s -> s.scale(Scale.builder().value(100.0).build()));
    ecs.advance(Duration.ofMinutes(2));

    assertThatThrownBy(() -> deleteSet(set, false)).isInstanceOf(InvalidParameterException.class);
    TaskSet deleted = deleteSet(set, true);
    assertThat(deleted.status()).isEqualTo("DRAINING");
    assertThat(deleted.computedDesiredCount()).isZero();
    ecs.advance(Duration.ofMinutes(2));

    assertThat(describe().taskSets()).isEmpty();
    assertThat(describe().runningCount()).isZero();
    assertThatThrownBy(() -> deleteSet(set, true)).isInstanceOf(TaskSetNotFoundException.class);
  }

  @Test
  void aTokenMakesCreationRepeatable() {
    createExternal(1);
    TaskSet first = createSet(s -> s.clientToken("t1"));

    assertThat(createSet(s -> s.clientToken("t1")).id()).isEqualTo(first.id());
    assertThatThrownBy(() -> createSet(s -> s.clientToken("t1").externalId("other")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("was not idempotent");
    assertThat(describe().taskSets()).hasSize(1);
  }

  @Test
  void whatIsNotThereIsAFailure() {
    createExternal(1);
    TaskSet set = createSet(s -> s.tags(Tag.builder().key("team").value("web").build()));

    var answer =
        client.describeTaskSets(
            d ->
                d.cluster("shop")
                    .service("web")
                    .taskSets(set.id(), "ecs-svc/1")
                    .include(TaskSetField.TAGS));
    assertThat(answer.taskSets()).extracting(TaskSet::id).containsExactly(set.id());
    assertThat(answer.taskSets().getFirst().tags()).hasSize(1);
    assertThat(answer.failures())
        .containsExactly(
            Failure.builder()
                .arn("arn:aws:ecs:us-east-1:123456789012:task-set/shop/web/ecs-svc/1")
                .reason("MISSING")
                .build());
  }

  @Test
  void aCodeDeployServiceHasAPrimaryTaskSetFromTheStart() {
    client.createService(service(2).deploymentController(c -> c.type("CODE_DEPLOY")).build());
    ecs.advance(Duration.ofMinutes(2));

    Service web = describe();
    assertThat(web.deployments()).isEmpty();
    assertThat(web.taskSets())
        .extracting(TaskSet::status, TaskSet::runningCount, TaskSet::computedDesiredCount)
        .containsExactly(tuple("PRIMARY", 2, 2));
    assertThat(web.taskDefinition()).endsWith("web:1");
    assertThatThrownBy(
            () ->
                client.updateService(u -> u.cluster("shop").service("web").taskDefinition("web:1")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining(
            "Unable to update task definition on services with a CODE_DEPLOY deployment"
                + " controller. Use AWS CodeDeploy to trigger a new deployment.");
    assertThat(
            client
                .updateService(
                    u ->
                        u.cluster("shop")
                            .service("web")
                            .desiredCount(1)
                            .healthCheckGracePeriodSeconds(9))
                .service()
                .healthCheckGracePeriodSeconds())
        .isEqualTo(9);
  }

  @Test
  void aServiceThatEcsControlsHasNoTaskSets() {
    client.createService(service(1).build());

    assertThatThrownBy(() -> createSet(s -> s)).isInstanceOf(InvalidParameterException.class);
    assertThat(describe().hasTaskSets()).isFalse();
  }

  @Test
  void aDeletedServiceTakesItsTaskSetsAlong() {
    createExternal(2);
    createSet(s -> s.scale(Scale.builder().value(100.0).build()));
    ecs.advance(Duration.ofMinutes(2));

    client.deleteService(d -> d.cluster("shop").service("web").force(true));
    ecs.advance(Duration.ofMinutes(2));

    assertThat(describe().status()).isEqualTo("INACTIVE");
    assertThat(client.listTasks(l -> l.cluster("shop")).taskArns()).isEmpty();
  }

  private Service createExternal(int desired) {
    return client
        .createService(
            s ->
                s.cluster("shop")
                    .serviceName("web")
                    .desiredCount(desired)
                    .deploymentController(c -> c.type("EXTERNAL")))
        .service();
  }

  private TaskSet createSet(UnaryOperator<CreateTaskSetRequest.Builder> more) {
    return client
        .createTaskSet(
            more.apply(
                    CreateTaskSetRequest.builder()
                        .cluster("shop")
                        .service("web")
                        .taskDefinition("web")
                        .launchType("FARGATE")
                        .networkConfiguration(NETWORK))
                .build())
        .taskSet();
  }

  private TaskSet makePrimary(TaskSet set) {
    return client
        .updateServicePrimaryTaskSet(
            u -> u.cluster("shop").service("web").primaryTaskSet(set.taskSetArn()))
        .taskSet();
  }

  private TaskSet deleteSet(TaskSet set, boolean force) {
    return client
        .deleteTaskSet(d -> d.cluster("shop").service("web").taskSet(set.id()).force(force))
        .taskSet();
  }

  private TaskSet describeSet(TaskSet set) {
    return client
        .describeTaskSets(d -> d.cluster("shop").service("web").taskSets(set.id()))
        .taskSets()
        .getFirst();
  }

  private Service describe() {
    return client.describeServices(d -> d.cluster("shop").services("web")).services().getFirst();
  }
}

package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.tag.Tags;
import io.ecsoperator.localecs.task.StopCodes;
import io.ecsoperator.localecs.task.TaskLaunch;
import io.ecsoperator.localecs.task.TaskListener;
import io.ecsoperator.localecs.task.TaskState;
import io.ecsoperator.localecs.task.TaskStatus;
import io.ecsoperator.localecs.task.TaskTags;
import io.ecsoperator.localecs.task.Tasks;
import io.ecsoperator.localecs.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentRolloutState;
import software.amazon.awssdk.services.ecs.model.HealthStatus;
import software.amazon.awssdk.services.ecs.model.PropagateTags;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskOverride;

/**
 * Brings each service to what it asks for: starts and stops tasks, completes, fails and rolls back
 * deployments, drains. It looks at a service a moment after something about it changed.
 */
final class ServiceScheduler implements TaskListener {
  /** From a change to the scheduler's look at it. */
  private static final Duration PACE = Duration.ofSeconds(1);

  /** How long a task without health checks must run to count as healthy. */
  private static final Duration PROBATION = Duration.ofSeconds(40);

  /** How long an inactive service can still be described. */
  private static final Duration RETENTION = Duration.ofHours(1);

  private static final int TASKS_PER_EVENT = 10;
  private static final int FAILED_LAUNCHES_WORTH_TELLING = 3;
  private static final Set<String> NOT_FAILURES = Set.of(StopCodes.USER, StopCodes.SCHEDULER);

  private final World world;
  private final Services services;
  private final Tasks tasks;
  private final Tags tags;
  private final Map<String, Place> placeByTask = new HashMap<>();

  private record Place(ServiceState service, Rollout rollout) {}

  ServiceScheduler(World world, Services services, Tasks tasks, Tags tags) {
    this.world = world;
    this.services = services;
    this.tasks = tasks;
    this.tags = tags;
    tasks.listen(this);
  }

  /** Looks at the service soon. */
  void wake(ServiceState service) {
    if (service.isAwake()) {
      return;
    }
    service.setAwake(true);
    world.after(
        PACE,
        () -> {
          service.setAwake(false);
          look(service);
        });
  }

  private void look(ServiceState service) {
    switch (service.status()) {
      case ACTIVE -> {
        service.history().stream().findFirst().ifPresent(record -> record.start(world.now()));
        roll(service);
        dropDrained(service);
        completeIfReached(service);
        tellIfSteady(service);
      }
      case DRAINING -> drain(service);
      case INACTIVE -> {
        // Nothing is done for it any more.
      }
    }
  }

  private void roll(ServiceState service) {
    Rollout primary = service.primary();
    boolean delayed = world.now().isBefore(primary.notBefore());
    DeploymentConfiguration configuration = service.settings().deploymentConfiguration();
    RollingUpdate update =
        RollingUpdate.of(
            service.desired(),
            configuration.minimumHealthyPercent(),
            configuration.maximumPercent());
    Predicate<Member> old = member -> primary.member(member.arn()) == null;
    RollingUpdate.Decision decision =
        update.decide(
            new RollingUpdate.Situation(
                service.count(Member::isLive),
                service.count(member -> member.isLive() && !member.isWanted()),
                primary.count(Member::isWanted),
                primary.count(Member::isHealthy),
                service.count(old.and(Member::isServing)),
                !primary.hasFailed()));
    if (!primary.hasFailed()) {
      stop(service, chosen(service.older(), Member::isPending, Integer.MAX_VALUE));
    }
    stop(service, chosen(service.older(), Member::isServing, decision.stopOld()));
    stop(service, leastUseful(primary, decision.stopTarget()));
    if (decision.start() > 0 && delayed) {
      wakeAt(service, primary.notBefore());
    } else if (decision.start() > 0) {
      start(service, primary, decision.start());
    }
  }

  private void wakeAt(ServiceState service, Instant time) {
    world.after(Duration.between(world.now(), time), () -> wake(service));
  }

  /** The oldest rollouts' members first. */
  private static List<Member> chosen(
      List<Rollout> rollouts, Predicate<Member> eligible, int count) {
    return rollouts.reversed().stream()
        .flatMap(rollout -> rollout.members().stream())
        .filter(eligible)
        .limit(count)
        .toList();
  }

  /** Those that do not serve first, then the newest. */
  private static List<Member> leastUseful(Rollout rollout, int count) {
    List<Member> members =
        new ArrayList<>(rollout.members().stream().filter(Member::isWanted).toList());
    Collections.reverse(members);
    return members.stream()
        .sorted(Comparator.comparing(Member::isRunning).thenComparing(Member::isHealthy))
        .limit(count)
        .toList();
  }

  private void stop(ServiceState service, List<Member> members) {
    String reason =
        "Scaling activity initiated by (deployment "
            + service.primary().revision().deploymentId()
            + ")";
    members.forEach(member -> tasks.stop(member.state().task(), StopCodes.SCHEDULER, reason));
    tell(service, "has stopped %s running tasks: %s.", members.stream().map(Member::arn).toList());
  }

  private void start(ServiceState service, Rollout rollout, int count) {
    Revision revision = rollout.revision();
    if (!revision.placement().isFargate()) {
      service
          .events()
          .addOnce(
              "was unable to place a task because no container instance met all of its"
                  + " requirements. Reason: No Container Instances were found in your cluster."
                  + " For more information, see the Troubleshooting section of the Amazon ECS"
                  + " Developer Guide.",
              world.now());
      return;
    }
    Map<String, Integer> used = new LinkedHashMap<>();
    service.rollouts().stream()
        .flatMap(each -> each.members().stream())
        .filter(Member::isWanted)
        .map(member -> member.state().task().capacityProviderName())
        .filter(name -> name != null)
        .forEach(name -> used.merge(name, 1, Integer::sum));
    List<String> started = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Optional<String> provider = revision.placement().nextProvider(used);
      provider.ifPresent(name -> used.merge(name, 1, Integer::sum));
      Task task = tasks.launch(launch(service, revision, provider));
      TaskState state = tasks.find(task.clusterArn(), task.taskArn()).orElseThrow();
      rollout.put(new Member(state, false));
      placeByTask.put(task.taskArn(), new Place(service, rollout));
      started.add(task.taskArn());
    }
    rollout.launched();
    tell(service, "has started %s tasks: %s.", started);
  }

  private TaskLaunch launch(ServiceState service, Revision revision, Optional<String> provider) {
    Service settings = service.settings();
    return new TaskLaunch(
        service.cluster(),
        revision.definition(),
        revision.placement(),
        provider,
        "service:" + service.name(),
        Optional.of(revision.deploymentId()),
        TaskOverride.builder().build(),
        settings.enableExecuteCommand(),
        TaskTags.of(
            propagated(service, revision),
            List.of(),
            settings.enableECSManagedTags()
                ? Map.of(
                    "aws:ecs:clusterName", service.cluster().clusterName(),
                    "aws:ecs:serviceName", service.name())
                : Map.of()));
  }

  private List<Tag> propagated(ServiceState service, Revision revision) {
    PropagateTags from = service.settings().propagateTags();
    if (from == PropagateTags.SERVICE) {
      return tags.of(service.arn());
    }
    return from == PropagateTags.TASK_DEFINITION
        ? tags.of(revision.definition().taskDefinitionArn())
        : List.of();
  }

  private void tell(ServiceState service, String text, List<String> taskArns) {
    for (int from = 0; from < taskArns.size(); from += TASKS_PER_EVENT) {
      List<String> part = taskArns.subList(from, Math.min(taskArns.size(), from + TASKS_PER_EVENT));
      service
          .events()
          .add(
              String.format(
                  text,
                  part.size(),
                  part.stream().map(ServiceScheduler::taskId).collect(Collectors.joining(" "))),
              world.now());
    }
  }

  private static String taskId(String arn) {
    return "(task " + arn.substring(arn.lastIndexOf('/') + 1) + ")";
  }

  /** A failed deployment is shown until the one after it is done. */
  private static void dropDrained(ServiceState service) {
    boolean rolling = service.primary().isInProgress();
    service.older().removeIf(rollout -> isDrained(rollout) && !(rolling && rollout.hasFailed()));
  }

  private static boolean isDrained(Rollout rollout) {
    return rollout.count(member -> !member.isGone()) == 0;
  }

  private void completeIfReached(ServiceState service) {
    Rollout primary = service.primary();
    if (!primary.isInProgress() || !isThere(service)) {
      return;
    }
    Instant now = world.now();
    boolean rollback = primary.isRollback();
    Instant proven = primary.updatedAt().plus(PROBATION);
    if (rollback && now.isBefore(proven)) {
      // Its tasks may never have left; it still has to prove itself.
      wakeAt(service, proven);
      return;
    }
    primary.complete(now);
    dropDrained(service);
    service.completed(primary.revision());
    service
        .events()
        .add("(deployment " + primary.revision().deploymentId() + ") deployment completed.", now);
    service.history().stream()
        .findFirst()
        .filter(record -> !record.isOver())
        .ifPresent(
            record -> {
              if (rollback) {
                record.rolledBack(now);
              } else {
                record.succeed(now);
              }
            });
  }

  /** Whether exactly the tasks that are wanted are there, all healthy, all of the primary. */
  private static boolean isThere(ServiceState service) {
    Rollout primary = service.primary();
    return service.older().stream().allMatch(ServiceScheduler::isDrained)
        && primary.count(Member::isWanted) == service.desired()
        && primary.count(Member::isHealthy) == service.desired();
  }

  private void tellIfSteady(ServiceState service) {
    boolean steady =
        service.primary().state() == DeploymentRolloutState.COMPLETED && isThere(service);
    if (steady && !service.isSteady()) {
      service.events().add("has reached a steady state.", world.now());
    }
    service.setSteady(steady);
  }

  private void drain(ServiceState service) {
    List<Member> wanted =
        service.rollouts().stream()
            .flatMap(rollout -> rollout.members().stream())
            .filter(Member::isWanted)
            .toList();
    stop(service, wanted);
    if (service.count(member -> !member.isGone()) == 0) {
      service.become(ServiceState.Status.INACTIVE);
      tags.retire(
          service.arn(),
          "The specified service is inactive. Specify an active service and try again.");
      world.after(RETENTION, () -> forget(service));
    }
  }

  private void forget(ServiceState service) {
    boolean isStillThere =
        services
            .find(service.cluster().clusterArn(), service.name())
            .filter(found -> found == service)
            .isPresent();
    if (isStillThere) {
      services.forget(service);
      tags.forget(service.arn());
    }
  }

  @Override
  public void changed(TaskState before, TaskState after) {
    String arn = after.task().taskArn();
    Place place = placeByTask.get(arn);
    if (place == null) {
      return;
    }
    ServiceState service = place.service();
    Rollout rollout = place.rollout();
    Member member = rollout.member(arn).with(after);
    rollout.put(member);
    if (member.isRunning() && before.status() != TaskStatus.RUNNING) {
      rollout.launchSucceeded();
      if (!member.hasHealthChecks()) {
        world.after(PROBATION, () -> judgeHealthy(place, arn));
      }
    }
    HealthStatus health = after.task().healthStatus();
    if (member.hasHealthChecks() && health != before.task().healthStatus()) {
      judge(place, member, health);
    }
    if (before.isWanted() && !after.isWanted()) {
      ended(service, rollout, member);
    }
    if (after.status() == TaskStatus.STOPPED) {
      rollout.remove(arn);
      placeByTask.remove(arn);
    }
    wake(service);
  }

  private void judge(Place place, Member member, HealthStatus health) {
    if (health == HealthStatus.HEALTHY) {
      judgeHealthy(place, member.arn());
    } else if (health == HealthStatus.UNHEALTHY) {
      Duration grace =
          Duration.ofSeconds(place.service().settings().healthCheckGracePeriodSeconds());
      Duration left = Duration.between(world.now(), member.state().task().startedAt().plus(grace));
      world.after(left.isPositive() ? left : PACE, () -> replaceIfUnhealthy(place, member.arn()));
    }
  }

  private void judgeHealthy(Place place, String arn) {
    Member member = place.rollout().member(arn);
    if (member == null || !member.isServing()) {
      return;
    }
    place.rollout().put(new Member(member.state(), true));
    if (breaker(place.service()).forgivesOnHealthyTask()) {
      place.rollout().forgiveFailures();
      countInRecord(place.service(), place.rollout());
    }
    wake(place.service());
  }

  private void replaceIfUnhealthy(Place place, String arn) {
    Member member = place.rollout().member(arn);
    if (member == null
        || !member.isWanted()
        || member.state().task().healthStatus() != HealthStatus.UNHEALTHY) {
      return;
    }
    place.service().events().add(taskId(arn) + " failed container health checks.", world.now());
    // Before the stop, which looks like any other of the scheduler's.
    countFailure(place.service(), place.rollout(), member);
    tasks.stop(member.state().task(), StopCodes.SCHEDULER, "Task failed container health checks");
  }

  /** A task is no longer meant to run; unless somebody asked for that, it failed. */
  private void ended(ServiceState service, Rollout rollout, Member member) {
    Task task = member.state().task();
    if (NOT_FAILURES.contains(task.stopCodeAsString())) {
      return;
    }
    if (task.startedAt() == null) {
      rollout.delayLaunches(world.now());
      if (rollout.failedLaunches() == FAILED_LAUNCHES_WORTH_TELLING) {
        service
            .events()
            .addOnce(
                "is unable to consistently start tasks successfully. For more information, see"
                    + " the Troubleshooting section of the Amazon ECS Developer Guide.",
                world.now());
      }
    }
    countFailure(service, rollout, member);
  }

  private void countFailure(ServiceState service, Rollout rollout, Member member) {
    boolean counts = rollout.isInProgress() && rollout == service.primary() && !member.healthy();
    if (!counts) {
      return;
    }
    rollout.countFailure();
    countInRecord(service, rollout);
    CircuitBreaker breaker = breaker(service);
    if (breaker.isEnabled()
        && !rollout.isRollback()
        && rollout.failures() >= breaker.threshold(service.desired())) {
      open(service, rollout, breaker);
    }
  }

  private static void countInRecord(ServiceState service, Rollout rollout) {
    service.history().stream()
        .findFirst()
        .filter(record -> !record.isOver() && rollout == service.primary())
        .ifPresent(record -> record.countFailures(rollout.failures()));
  }

  private static CircuitBreaker breaker(ServiceState service) {
    return CircuitBreaker.of(service.settings().deploymentConfiguration());
  }

  /** The circuit breaker opens. */
  private void open(ServiceState service, Rollout failed, CircuitBreaker breaker) {
    Instant now = world.now();
    failed.fail(now);
    service
        .events()
        .add(
            "(deployment "
                + failed.revision().deploymentId()
                + ") deployment failed: tasks failed to start.",
            now);
    DeploymentRecord record = service.history().getFirst();
    if (!breaker.rollsBack()) {
      record.stop(
          true,
          "Service deployment was stopped because the circuit breaker threshold was exceeded.",
          now);
    } else if (service.lastCompleted().isEmpty()) {
      record.failToRollBack("No rollback candidate was found to run the rollback", now);
    } else {
      rollBack(service, service.lastCompleted().get(), record);
    }
  }

  private void rollBack(ServiceState service, Revision to, DeploymentRecord record) {
    Instant now = world.now();
    Rollout target =
        service.older().stream()
            .filter(rollout -> rollout.revision() == to)
            .findFirst()
            .orElseGet(() -> new Rollout(to, now));
    service.rollouts().remove(target);
    service.rollouts().addFirst(target);
    target.rollBackTo(now);
    service.change(ServiceView.settings(service.settings(), to));
    service.events().add("rolling back to deployment " + to.deploymentId() + ".", now);
    record.rollBack(
        to,
        "Service deployment rolled back because the circuit breaker threshold was exceeded.",
        now);
  }
}

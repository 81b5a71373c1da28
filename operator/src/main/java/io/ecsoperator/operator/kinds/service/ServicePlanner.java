package io.ecsoperator.operator.kinds.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.operator.aws.Arn;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.desired.References;
import io.ecsoperator.operator.desired.References.Resolved.Cause;
import io.ecsoperator.operator.desired.Tags;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.operator.engine.Comparison;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.kinds.service.DescribedService.Deployment;
import io.ecsoperator.operator.kinds.service.ServiceObservation.Newest;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.plan.AppliedPaths;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Plan;
import io.ecsoperator.plan.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Plan: decides which calls a service needs. */
final class ServicePlanner implements Kind.Planner<EcsServiceStatus, ServiceObservation> {
  /** The objects that have to have succeeded before a deployment. */
  static final String DEPENDS_ON = "dependsOn";

  private static final EcsType CREATE = EcsType.request("CreateService");
  private static final EcsMember CREATE_CLUSTER = CREATE.member("cluster");
  private static final EcsMember CREATE_NAME = CREATE.member("serviceName");
  private static final EcsMember CREATE_SCHEDULING_STRATEGY = CREATE.member("schedulingStrategy");

  private static final EcsType SERVICE = EcsType.of("Service");
  private static final EcsMember TASK_DEFINITION = SERVICE.member("taskDefinition");
  private static final EcsMember STRATEGY = SERVICE.member("capacityProviderStrategy");

  /** The member that a reference stands for, apart from the cluster, of which ECS shows the ARN. */
  private static final Map<String, EcsMember> STANDS_FOR =
      Map.of(
          "taskDefinitionRef",
          TASK_DEFINITION,
          "template",
          TASK_DEFINITION,
          "capacityProviderStrategy[].capacityProviderRef",
          STRATEGY);

  /** ECS takes a client token of 36 characters at most. */
  private static final int TOKEN_LENGTH = 32;

  private final Ownership ownership;
  private final Timing timing;
  private final ServiceDeletion deletion;
  private final RolloutPlanner rollouts;
  private final ServiceUpdate serviceUpdate = new ServiceUpdate();

  ServicePlanner(Ownership ownership, Timing timing) {
    this.ownership = ownership;
    this.timing = timing;
    this.deletion = new ServiceDeletion(ownership, timing);
    this.rollouts = new RolloutPlanner(timing);
  }

  @Override
  public Decision<EcsServiceStatus> plan(
      ReconcileContext<EcsServiceStatus> context, ServiceObservation observation) {
    if (context.deleting()) {
      return deletion.plan(context, observation);
    }
    EcsServiceStatus status =
        context.status().withSelector("ecs-operator.io/service-uid=" + context.desired().uid());
    // A new service that waits was not read.
    Optional<ReadyState> obstacle =
        observation
            .references()
            .obstacle(
                timing.resync(), observation.service().isPresent() ? Set.of(DEPENDS_ON) : Set.of());
    if (obstacle.isPresent()) {
      return own(context, status, observation)
          .map(
              service ->
                  changesTogether(context, observation.references())
                      ? Decision.serving(
                          ServiceStatusMapper.map(status, service, context.now()),
                          obstacle.get(),
                          service.runningCount() > 0)
                      : waiting(context, status, service, observation, obstacle.get()))
          .orElseGet(() -> Decision.done(status, obstacle.get()));
    }
    ObjectNode request = request(context.desired(), observation);
    return switch (observation.service().orElseThrow()) {
      case Observation.Unknown unknown -> Decision.unknown(status, unknown);
      case Observation.Present(ObjectNode tree) when new DescribedService(tree).exists() ->
          converge(
              context, status, request, new DescribedService(tree), observation, Optional.empty());
      case Observation.Present gone -> create(context, status, request, observation);
      case Observation.Absent gone -> create(context, status, request, observation);
    };
  }

  /** The service, if it exists and the object owns it. */
  private Optional<DescribedService> own(
      ReconcileContext<EcsServiceStatus> context,
      EcsServiceStatus status,
      ServiceObservation observation) {
    return observation
        .service()
        .filter(Observation.Present.class::isInstance)
        .map(present -> new DescribedService(((Observation.Present) present).tree()))
        .filter(DescribedService::exists)
        .filter(
            service ->
                ownership.owns(
                    context.desired(), service.name(), service.json(), service.isKnown(status)));
  }

  /**
   * While a referred object is missing, what runs keeps running with another count and other tags,
   * which need no deployment. What the references stand for counts as ECS shows it.
   */
  private Decision<EcsServiceStatus> waiting(
      ReconcileContext<EcsServiceStatus> context,
      EcsServiceStatus status,
      DescribedService service,
      ServiceObservation observation,
      ReadyState obstacle) {
    ObjectNode request = request(context.desired(), observation);
    for (Map.Entry<String, EcsMember> member : STANDS_FOR.entrySet()) {
      if (!observation.references().isResolved(member.getKey())) {
        EcsMember shown = member.getValue();
        request.remove(shown.name());
        if (shown.isIn(service.json())) {
          request.set(shown.name(), shown.of(service.json()));
        }
      }
    }
    if (!observation.references().isResolved("clusterRef")) {
      request.put("cluster", service.clusterArn());
    }
    return converge(context, status, request, service, observation, Optional.of(obstacle));
  }

  /**
   * Whether a referred object is about to change together with this one, so that one call sets all
   * of it. A change that follows while the referred object is Stalled does not wait for it, and
   * neither does a correction of drift.
   */
  private static boolean changesTogether(
      ReconcileContext<EcsServiceStatus> context, References.Resolved references) {
    Set<Cause> causes = references.causes(Set.of(DEPENDS_ON));
    return causes.contains(Cause.NOT_IN_EFFECT)
        || causes.contains(Cause.STALLED) && !context.changedSinceStall() && !wasInEffect(context);
  }

  /** CreateService with references resolved, and with a count only if the object sets it. */
  private ObjectNode request(Desired desired, ServiceObservation observation) {
    ObjectNode request = observation.references().aws().deepCopy();
    request.put("serviceName", desired.nameOr("serviceName"));
    request.put("cluster", observation.references().cluster());
    if (desired.kubernetes().path("scale").path("replicas").isNumber()) {
      request.put(ServiceUpdate.COUNT, desired.kubernetes().path("scale").path("replicas").asInt());
    }
    Tags.put(request, Owner.TAG, ownership.owner().tagOf(desired.key()));
    ServiceUpdate.emptyConnectThatIsOff(request);
    return request;
  }

  /**
   * Why no deployment may begin yet. Once a generation was in effect, its dependencies had
   * succeeded, and may expire. Nothing holds what is only planned or compared.
   */
  private Optional<ReadyState> hold(
      ReconcileContext<EcsServiceStatus> context, ServiceObservation observation) {
    if (!context.desired().mayWrite()) {
      return Optional.empty();
    }
    return observation
        .references()
        .obstacleOf(
            DEPENDS_ON, timing.resync(), wasInEffect(context) ? Set.of(Cause.ABSENT) : Set.of());
  }

  /** Whether ECS had what this generation asks for. */
  private static boolean wasInEffect(ReconcileContext<EcsServiceStatus> context) {
    return Objects.equals(
        context.status().common().effectiveGeneration(), context.desired().generation());
  }

  /** A count that is handed to Kubernetes begins with the one that ECS has. */
  static Map<String, JsonNode> filledIn(Desired desired, EcsServiceStatus status) {
    Integer count = status.observed().desiredCount();
    return desired.kubernetes().path("scale").isObject()
            && !desired.kubernetes().path("scale").path("replicas").isNumber()
            && count != null
            && status.common().arn() != null
        ? Map.of("/spec/scale/replicas", IntNode.valueOf(count))
        : Map.of();
  }

  private Decision<EcsServiceStatus> create(
      ReconcileContext<EcsServiceStatus> context,
      EcsServiceStatus status,
      ObjectNode request,
      ServiceObservation observation) {
    Optional<ReadyState> hold = hold(context, observation);
    if (hold.isPresent()) {
      return Decision.done(status, hold.get());
    }
    Optional<String> elsewhere = clusterOfUnansweredCreation(context, request);
    if (elsewhere.isPresent()) {
      return Decision.done(
          status,
          new ReadyState.Reconciling(
              Reason.CREATING,
              "ECS may have created the service in cluster %s: it is created in another one only if it does not appear there."
                  .formatted(elsewhere.get()),
              timing.poll()));
    }
    Comparison comparison = Comparison.ofNew(ServiceSchema.SCHEMA, request);
    Optional<String> redeploy = context.desired().annotations().redeployRequestedAt();
    EcsServiceStatus intent =
        withApplied(status, comparison.appliedPaths())
            .withCluster(CREATE_CLUSTER.text(request))
            .withRollout(
                status
                    .rollout()
                    .begun(RequestedDeployment.hashOf(comparison.desired(), redeploy), null));
    ObjectNode create = request.deepCopy();
    if (!create.has(ServiceUpdate.COUNT)
        && !CREATE_SCHEDULING_STRATEGY.text(create).equals("DAEMON")) {
      // ECS requires a count: the last one, or one task.
      create.put(
          ServiceUpdate.COUNT, Optional.ofNullable(status.observed().desiredCount()).orElse(1));
    }
    create.put("clientToken", clientToken(context.desired(), status));
    List<FieldChange> changes = redeploy.map(ServiceUpdate::redeploy).stream().toList();
    return new Decision.Execute<>(
        new Plan(List.of(new Plan.Call("CreateService", create, changes))),
        status,
        intent,
        new ReadyState.Reconciling(
            Reason.CREATING, "Creating service " + CREATE_NAME.text(request) + ".", timing.poll()));
  }

  /** Another cluster in which ECS may show a service later that a call without an answer made. */
  private static Optional<String> clusterOfUnansweredCreation(
      ReconcileContext<EcsServiceStatus> context, ObjectNode request) {
    String wanted = Arn.nameOf(CREATE_CLUSTER.text(request));
    return Optional.ofNullable(context.status().cluster())
        .map(Arn::nameOf)
        .filter(cluster -> context.awaitsUnansweredChanges() && !cluster.equals(wanted));
  }

  private static String clientToken(Desired desired, EcsServiceStatus status) {
    int createAttempts = Optional.ofNullable(status.createAttempts()).orElse(0);
    return Sha256.hex(
        desired.uid() + "/" + desired.generation() + "/" + createAttempts, TOKEN_LENGTH);
  }

  private Decision<EcsServiceStatus> converge(
      ReconcileContext<EcsServiceStatus> context,
      EcsServiceStatus status,
      ObjectNode request,
      DescribedService service,
      ServiceObservation observation,
      Optional<ReadyState> obstacle) {
    Optional<ReadyState> refusal =
        ownership.refusal(
            context.desired(), service.name(), service.json(), service.isKnown(status));
    if (refusal.isPresent()) {
      return Decision.refused(status, service.arn(), refusal.get());
    }
    RequestedDeployment requested = new RequestedDeployment(status.rollout());
    Optional<String> rolledBack = requested.rolledBack(observation.newest());
    EcsServiceStatus known = rolledBack.isPresent() ? takenBack(status) : status;
    EcsServiceStatus observedStatus =
        ServiceStatusMapper.map(forGeneration(context, known), service, context.now());
    observedStatus =
        observedStatus.withRollout(
            rollouts.diagnosed(observedStatus.rollout(), observation, context.now()));
    if (!service.isActive()) {
      return Decision.done(
          observedStatus,
          new ReadyState.Reconciling(
              Reason.WAITING_FOR_ECS,
              "Waiting until ECS has deleted the old service; then it is created anew.",
              timing.poll()));
    }
    Comparison all =
        Comparison.of(ServiceSchema.SCHEMA, context, known.common(), request, service.json());
    List<String> byCodeDeploy = new ArrayList<>(serviceUpdate.byCodeDeploy(all));
    Comparison comparison = all.without(change -> byCodeDeploy.contains(change.path()));
    Optional<ReadyState> replacement = replacement(request, service, comparison);
    if (replacement.isPresent()) {
      return Decision.done(observedStatus, replacement.get());
    }
    Optional<String> redeploy = context.desired().annotations().redeployRequestedAt();
    String requestHash = RequestedDeployment.hashOf(comparison.desired(), redeploy);
    if (requested.isRedeployDue(redeploy)) {
      if (RequestedDeployment.wasRedeployed(status, observedStatus, requestHash)) {
        observedStatus =
            observedStatus.withRollout(
                observedStatus.rollout().withRedeployHandled(redeploy.get()));
      } else if (ServiceUpdate.isByCodeDeploy(all)) {
        byCodeDeploy.add(ServiceUpdate.REDEPLOY);
      } else {
        comparison = comparison.with(ServiceUpdate.redeploy(redeploy.get()));
      }
    }
    Optional<ReadyState> hold =
        obstacle.isPresent()
            ? obstacle
            : ServiceUpdate.startsDeployment(comparison)
                ? hold(context, observation)
                : Optional.empty();
    if (hold.isPresent()) {
      comparison = comparison.without(ServiceUpdate::startsDeployment);
    }
    List<ServiceRead> missing =
        missingReads(
            observation,
            requested.needsHistory(service, comparison, requestHash),
            rollouts.mayHaveFailures(observedStatus, service, context.now()),
            // A deployment keeps the hooks that the service had when it began.
            service.isRollingOut()
                && (service.hasPauseHooks() || status.rollout().pauseHook() != null));
    if (!missing.isEmpty()) {
      return new Decision.Need<>(observedStatus, missing);
    }
    // A repetition of the same request would fail again.
    Optional<String> rollback = rolledBack.filter(reason -> requested.isFor(requestHash));
    if (rollback.isPresent()) {
      comparison = comparison.without(ServiceUpdate::startsDeployment);
    } else if (requested.isFor(requestHash) && !ServiceUpdate.startsDeployment(comparison)) {
      observedStatus =
          observedStatus.withRollout(
              new RequestedDeployment(observedStatus.rollout())
                  .serving(service, observation.newest()));
    }
    List<Plan.Call> calls = calls(observedStatus, service, comparison);
    if (!calls.isEmpty()) {
      return new Decision.Execute<>(
          new Plan(calls),
          observedStatus,
          calls.stream().anyMatch(ServiceUpdate::startsDeployment)
              ? intent(observedStatus, comparison, requestHash, observation, service)
              : applying(observedStatus, comparison),
          new ReadyState.Reconciling(Reason.UPDATING, "Updating the service.", timing.poll()));
    }
    if (hold.isPresent()) {
      return Decision.serving(observedStatus, hold.get(), service.runningCount() > 0);
    }
    EcsServiceStatus converged =
        withApplied(observedStatus, comparison.appliedPaths())
            .withRollout(
                new RequestedDeployment(observedStatus.rollout()).served(requestHash, service));
    if (rollback.isPresent()) {
      converged = takenBack(converged);
    }
    return byCodeDeploy.isEmpty()
        ? rollouts.rolloutState(context, converged, service, rollback)
        : Decision.serving(
            observedStatus, waitsForCodeDeploy(byCodeDeploy), service.runningCount() > 0);
  }

  private static ReadyState waitsForCodeDeploy(List<String> fields) {
    return new ReadyState.Stalled(
        Reason.CODE_DEPLOY_REQUIRED,
        "Only a deployment of CodeDeploy changes "
            + String.join(", ", fields)
            + " of this service: create one there, or change the spec back"
            + (fields.contains(ServiceUpdate.REDEPLOY)
                ? " and remove the annotation ecs-operator.io/redeploy-requested-at."
                : "."));
  }

  /** The progress deadline of a new spec does not begin before the spec. */
  private static EcsServiceStatus forGeneration(
      ReconcileContext<EcsServiceStatus> context, EcsServiceStatus status) {
    return Objects.equals(status.common().observedGeneration(), context.desired().generation())
        ? status
        : status.withRollout(status.rollout().withoutProgress());
  }

  /** Changes that ECS makes only by replacing the service. */
  private Optional<ReadyState> replacement(
      ObjectNode request, DescribedService service, Comparison comparison) {
    List<String> paths = new ArrayList<>(comparison.replacements());
    String actual = Arn.nameOf(service.clusterArn());
    if (!Arn.nameOf(CREATE_CLUSTER.text(request)).equals(actual) && !paths.contains("cluster")) {
      paths.add("cluster");
    }
    return paths.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ReadyState.Stalled(
                Reason.REPLACEMENT_REQUIRED,
                "ECS cannot change "
                    + String.join(", ", paths)
                    + " of a service: change the spec back, or delete this object and apply it"
                    + " under the new spec."));
  }

  private List<Plan.Call> calls(
      EcsServiceStatus observedStatus, DescribedService service, Comparison comparison) {
    List<Plan.Call> calls = new ArrayList<>();
    List<FieldChange> changes = comparison.changes();
    ObjectNode members = serviceUpdate.members(comparison);
    if (changes.stream().anyMatch(change -> change.path().equals(ServiceUpdate.REDEPLOY))) {
      members.put(ServiceUpdate.REDEPLOY, true);
    }
    if (!members.isEmpty()) {
      ObjectNode request =
          JsonNodeFactory.instance
              .objectNode()
              .put("cluster", observedStatus.cluster())
              .put("service", service.name());
      request.setAll(members);
      calls.add(
          new Plan.Call(
              "UpdateService",
              request,
              changes.stream()
                  .filter(change -> members.has(ServiceUpdate.member(change)))
                  .toList()));
    }
    calls.addAll(comparison.tagCalls(arn(observedStatus)));
    return calls;
  }

  private static String arn(EcsServiceStatus observedStatus) {
    return Objects.requireNonNull(observedStatus.common().arn(), "ECS has described the service.");
  }

  private EcsServiceStatus intent(
      EcsServiceStatus observedStatus,
      Comparison comparison,
      String requestHash,
      ServiceObservation observation,
      DescribedService service) {
    String newest =
        observation
            .newest()
            .map(Newest::arn)
            .or(service::currentDeployment)
            .or(() -> service.primaryDeployment().map(Deployment::id))
            .orElse(null);
    return applying(observedStatus, comparison)
        .withRollout(observedStatus.rollout().begun(requestHash, newest));
  }

  private static EcsServiceStatus applying(EcsServiceStatus observedStatus, Comparison comparison) {
    return withApplied(observedStatus, comparison.appliedBefore(observedStatus.common()));
  }

  /** What the plan depends on and was not read yet. */
  private static List<ServiceRead> missingReads(
      ServiceObservation observation,
      boolean needsDeploymentHistory,
      boolean mayHaveFailures,
      boolean mayBePaused) {
    List<ServiceRead> missing = new ArrayList<>();
    if (observation.history().isEmpty() && needsDeploymentHistory) {
      missing.add(ServiceRead.DEPLOYMENT_HISTORY);
    }
    boolean rolledBack = observation.newest().flatMap(Newest::rolledBack).isPresent();
    if (observation.failedTasks().isEmpty() && (rolledBack || mayHaveFailures)) {
      missing.add(ServiceRead.FAILED_TASKS);
    }
    if (observation.pause().isEmpty() && mayBePaused) {
      missing.add(ServiceRead.PAUSE_HOOK);
    }
    return missing;
  }

  /** ECS takes the whole service back with a deployment, also what it does not show. */
  private static EcsServiceStatus takenBack(EcsServiceStatus status) {
    return withApplied(status, AppliedPaths.takenBack(Comparison.applied(status.common())));
  }

  private static EcsServiceStatus withApplied(EcsServiceStatus status, List<String> paths) {
    return status.withCommon(status.common().withAppliedPaths(paths));
  }
}

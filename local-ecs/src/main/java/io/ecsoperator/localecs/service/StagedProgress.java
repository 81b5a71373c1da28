package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.external.HookAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentLifecycleHookAction;

/**
 * The progress of a blue/green, linear or canary deployment. Pure: a progress and a situation yield
 * the next progress.
 *
 * @param since when the stage began
 * @param productionShare percent of the production traffic that the new revision gets
 * @param hooks the runs of all hooks so far
 */
record StagedProgress(
    Stage stage, Instant since, double productionShare, boolean begun, List<HookRun> hooks) {

  /** How long a traffic shift takes. */
  private static final Duration SHIFT = Duration.ofSeconds(10);

  private static final double ALL = 100;

  StagedProgress {
    hooks = List.copyOf(hooks);
  }

  /**
   * The progress of a new deployment.
   *
   * @param revisionsBefore how many revisions had tasks before it
   */
  static StagedProgress begin(int revisionsBefore, Instant now) {
    Stage first = revisionsBefore > 1 ? Stage.RECONCILE_SERVICE : Stage.PRE_SCALE_UP;
    return new StagedProgress(first, now, 0, false, List.of());
  }

  /**
   * The current situation of the service.
   *
   * @param hasBlue whether another revision serves, so that traffic can be shifted from it
   * @param reconciled whether all other revisions are without tasks
   * @param greenReady whether all tasks of the new revision are healthy
   * @param blueGone whether the other revision is without tasks
   */
  record Situation(
      Instant now, boolean hasBlue, boolean reconciled, boolean greenReady, boolean blueGone) {}

  /** The next step. */
  sealed interface Next {
    /** Continue at once with {@code progress}. */
    record Go(StagedProgress progress) implements Next {}

    /** Wait; until {@code until} if only time has to pass. */
    record Wait(StagedProgress progress, Optional<Instant> until) implements Next {}

    /** Roll back, because a hook failed. */
    record RollBack(StagedProgress progress) implements Next {}

    /** Completed: the new revision serves, the other one is gone. */
    record Done(StagedProgress progress) implements Next {}
  }

  /**
   * Computes the next step.
   *
   * @param functions the answers of Lambda functions, by ARN
   * @param ids supplies the ids of hooks
   */
  Next step(
      DeploymentConfiguration configuration,
      Situation situation,
      Function<String, HookAnswer> functions,
      Supplier<String> ids) {
    if (!begun) {
      return new Next.Go(withHooksBegun(configuration, situation.now(), ids));
    }
    StagedProgress asked = withHooksAsked(situation.now(), functions);
    if (asked.current().anyMatch(HookRun::rollsBack)) {
      return new Next.RollBack(asked);
    }
    Optional<Instant> hookDue =
        asked.current().filter(HookRun::isWaiting).map(HookRun::due).min(Comparator.naturalOrder());
    return hookDue.isPresent()
        ? new Next.Wait(asked, hookDue)
        : asked.act(configuration, situation);
  }

  private Next act(DeploymentConfiguration configuration, Situation situation) {
    return switch (stage) {
      case RECONCILE_SERVICE -> goOnce(situation.reconciled(), situation);
      case PRE_SCALE_UP, POST_SCALE_UP, POST_TEST_TRAFFIC_SHIFT, POST_PRODUCTION_TRAFFIC_SHIFT ->
          to(stage.next(), situation);
      case SCALE_UP -> goOnce(situation.greenReady(), situation);
      case TEST_TRAFFIC_SHIFT -> goAfter(SHIFT, situation);
      case PRE_PRODUCTION_TRAFFIC_SHIFT ->
          new Next.Go(
              at(
                  Stage.PRODUCTION_TRAFFIC_SHIFT,
                  nextShare(configuration, situation),
                  situation.now()));
      case PRODUCTION_TRAFFIC_SHIFT -> shifted(configuration, situation);
      case BAKE_TIME ->
          goAfter(
              situation.hasBlue()
                  ? Duration.ofMinutes(configuration.bakeTimeInMinutes())
                  : Duration.ZERO,
              situation);
      case CLEAN_UP ->
          situation.blueGone() ? new Next.Done(this) : new Next.Wait(this, Optional.empty());
    };
  }

  private Next shifted(DeploymentConfiguration configuration, Situation situation) {
    if (productionShare >= ALL) {
      return goAfter(SHIFT, situation);
    }
    Instant end = since.plus(SHIFT).plus(stepBake(configuration));
    return situation.now().isBefore(end)
        ? new Next.Wait(this, Optional.of(end))
        : to(Stage.PRE_PRODUCTION_TRAFFIC_SHIFT, situation);
  }

  private double nextShare(DeploymentConfiguration configuration, Situation situation) {
    if (!situation.hasBlue()) {
      return ALL;
    }
    return switch (configuration.strategy()) {
      case LINEAR ->
          Math.min(ALL, productionShare + configuration.linearConfiguration().stepPercent());
      case CANARY ->
          productionShare == 0 ? configuration.canaryConfiguration().canaryPercent() : ALL;
      case BLUE_GREEN, ROLLING, UNKNOWN_TO_SDK_VERSION -> ALL;
    };
  }

  private static Duration stepBake(DeploymentConfiguration configuration) {
    return switch (configuration.strategy()) {
      case LINEAR ->
          Duration.ofMinutes(configuration.linearConfiguration().stepBakeTimeInMinutes());
      case CANARY ->
          Duration.ofMinutes(configuration.canaryConfiguration().canaryBakeTimeInMinutes());
      case BLUE_GREEN, ROLLING, UNKNOWN_TO_SDK_VERSION -> Duration.ZERO;
    };
  }

  private Next goOnce(boolean reached, Situation situation) {
    return reached ? to(stage.next(), situation) : new Next.Wait(this, Optional.empty());
  }

  private Next goAfter(Duration time, Situation situation) {
    Instant end = since.plus(time);
    return situation.now().isBefore(end)
        ? new Next.Wait(this, Optional.of(end))
        : to(stage.next(), situation);
  }

  private Next to(Stage next, Situation situation) {
    return new Next.Go(at(next, productionShare, situation.now()));
  }

  private StagedProgress at(Stage next, double share, Instant now) {
    return new StagedProgress(next, now, share, false, hooks);
  }

  private Stream<HookRun> current() {
    // Linear and canary deployments repeat the production stages.
    return hooks.stream().filter(run -> run.stage() == stage && !run.begunBefore(since));
  }

  private StagedProgress withHooksBegun(
      DeploymentConfiguration configuration, Instant now, Supplier<String> ids) {
    List<HookRun> all = new ArrayList<>(hooks);
    configuration.lifecycleHooks().stream()
        .filter(hook -> hook.lifecycleStagesAsStrings().contains(stage.name()))
        .forEach(hook -> all.add(HookRun.begin(ids.get(), stage, hook, now)));
    return new StagedProgress(stage, since, productionShare, true, all);
  }

  private StagedProgress withHooksAsked(Instant now, Function<String, HookAnswer> functions) {
    return new StagedProgress(
        stage,
        since,
        productionShare,
        begun,
        hooks.stream()
            .map(
                run ->
                    run.at(
                        now,
                        HookRun.isPause(run.hook())
                            ? HookAnswer.IN_PROGRESS
                            : answer(run, functions)))
            .toList());
  }

  private static HookAnswer answer(HookRun run, Function<String, HookAnswer> functions) {
    return functions.apply(run.hook().hookTargetArn());
  }

  /** The PAUSE hook with this id that awaits an answer. */
  Optional<HookRun> paused(String hookId) {
    return hooks.stream().filter(run -> run.id().equals(hookId) && run.awaitsAction()).findFirst();
  }

  /** The progress with the PAUSE hook answered. */
  StagedProgress answered(String hookId, DeploymentLifecycleHookAction action) {
    return new StagedProgress(
        stage,
        since,
        productionShare,
        begun,
        hooks.stream().map(run -> run.id().equals(hookId) ? run.answered(action) : run).toList());
  }
}

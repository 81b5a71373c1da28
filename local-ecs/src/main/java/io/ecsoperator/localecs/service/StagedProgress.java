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
 * How far a blue/green, linear or canary deployment has come; pure: a progress and a situation give
 * the next progress.
 *
 * @param since when it came to its stage
 * @param productionShare percent of the production traffic that the new revision gets
 * @param hooks all that were run so far
 */
record StagedProgress(
    Stage stage, Instant since, double productionShare, boolean begun, List<HookRun> hooks) {

  /** How long it takes until traffic flows as it was told to. */
  private static final Duration SHIFT = Duration.ofSeconds(10);

  private static final double ALL = 100;

  StagedProgress {
    hooks = List.copyOf(hooks);
  }

  /**
   * A deployment that begins.
   *
   * @param revisionsBefore how many revisions had tasks before it
   */
  static StagedProgress begin(int revisionsBefore, Instant now) {
    Stage first = revisionsBefore > 1 ? Stage.RECONCILE_SERVICE : Stage.PRE_SCALE_UP;
    return new StagedProgress(first, now, 0, false, List.of());
  }

  /**
   * What there is.
   *
   * @param hasBlue whether another revision serves, from which traffic can be shifted
   * @param reconciled whether no revision but these two has tasks any more
   * @param greenReady whether the new revision has all its tasks, healthy
   * @param blueGone whether the other revision has no tasks any more
   */
  record Situation(
      Instant now, boolean hasBlue, boolean reconciled, boolean greenReady, boolean blueGone) {}

  /** What comes next. */
  sealed interface Next {
    /** It goes on at once with {@code progress}. */
    record Go(StagedProgress progress) implements Next {}

    /** It waits, for {@code until} if time alone ends that. */
    record Wait(StagedProgress progress, Optional<Instant> until) implements Next {}

    /** A hook says no. */
    record RollBack(StagedProgress progress) implements Next {}

    /** The new revision is in production, the other one is gone. */
    record Done(StagedProgress progress) implements Next {}
  }

  /**
   * One step.
   *
   * @param functions what Lambda functions answer, by ARN
   * @param ids ids for hooks
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
    // Linear and canary deployments come by the production stages again and again.
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

  /** The hook that waits for somebody to answer it, if it is one of this deployment. */
  Optional<HookRun> paused(String hookId) {
    return hooks.stream().filter(run -> run.id().equals(hookId) && run.awaitsAction()).findFirst();
  }

  /** With the PAUSE hook answered. */
  StagedProgress answered(String hookId, DeploymentLifecycleHookAction action) {
    return new StagedProgress(
        stage,
        since,
        productionShare,
        begun,
        hooks.stream().map(run -> run.id().equals(hookId) ? run.answered(action) : run).toList());
  }
}

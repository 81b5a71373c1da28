package io.ecsoperator.localecs.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** The active faults. Safe for use by many threads. */
public final class Faults {
  private final long seed;
  private final List<FaultRule> standing;
  private final List<FaultRule> rules = new ArrayList<>();
  private RandomGenerator random;

  /**
   * @param standing the faults that are active from the start
   */
  public Faults(long seed, List<FaultRule> standing) {
    this.seed = seed;
    this.standing = List.copyOf(standing);
    clear();
  }

  /**
   * Activates a fault. Where several rules match a call, delays add up, and of the other faults the
   * one added first wins.
   */
  public synchronized void add(FaultRule rule) {
    rules.add(rule);
  }

  /** Restores the faults of the start, and restarts the random choices from the seed. */
  public final synchronized void clear() {
    rules.clear();
    rules.addAll(standing);
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  public synchronized List<FaultRule> rules() {
    return List.copyOf(rules);
  }

  /** The faults to inject into a call of {@code operation} that is made now; counts the call. */
  public synchronized InjectedFault inject(String operation) {
    Duration delay = Duration.ZERO;
    Optional<Fault> worst = Optional.empty();
    List<FaultRule> left = new ArrayList<>(rules.size());
    for (FaultRule rule : rules) {
      boolean isDelay = rule.fault() instanceof Fault.Delay;
      if (!rule.concerns(operation) || (!isDelay && worst.isPresent()) || !hits(rule)) {
        left.add(rule);
        continue;
      }
      if (rule.fault() instanceof Fault.Delay(Duration by)) {
        delay = delay.plus(by);
      } else {
        worst = Optional.of(rule.fault());
      }
      if (!rule.isLastTime()) {
        left.add(rule.onceLess());
      }
    }
    rules.clear();
    rules.addAll(left);
    return new InjectedFault(delay, worst);
  }

  private boolean hits(FaultRule rule) {
    return rule.share() == 1 || random.nextDouble() < rule.share();
  }
}

package io.ecsoperator.localecs.weather;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** The faults that are switched on. Safe for use by many threads. */
public final class Faults {
  private final long seed;
  private final List<FaultRule> standing;
  private final List<FaultRule> rules = new ArrayList<>();
  private RandomGenerator random;

  /**
   * @param standing what is switched on from the start
   */
  public Faults(long seed, List<FaultRule> standing) {
    this.seed = seed;
    this.standing = List.copyOf(standing);
    clear();
  }

  /** Switches a fault on. Where several concern a call, the one added first wins. */
  public synchronized void add(FaultRule rule) {
    rules.add(rule);
  }

  /** Goes back to what was switched on at the start, and starts chance anew from the seed. */
  public final synchronized void clear() {
    rules.clear();
    rules.addAll(standing);
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  public synchronized List<FaultRule> rules() {
    return List.copyOf(rules);
  }

  /** What goes wrong with a call of {@code operation} that is made now, if anything does. */
  public synchronized Optional<Fault> strike(String operation) {
    for (int i = 0; i < rules.size(); i++) {
      FaultRule rule = rules.get(i);
      if (!rule.concerns(operation) || !hits(rule)) {
        continue;
      }
      if (rule.isLastTime()) {
        rules.remove(i);
      } else {
        rules.set(i, rule.onceLess());
      }
      return Optional.of(rule.fault());
    }
    return Optional.empty();
  }

  private boolean hits(FaultRule rule) {
    return rule.share() == 1 || random.nextDouble() < rule.share();
  }
}

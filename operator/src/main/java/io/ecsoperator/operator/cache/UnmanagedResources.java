package io.ecsoperator.operator.cache;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The resources that a list of ECS shows and no Kubernetes object asks for. Safe for many threads.
 */
final class UnmanagedResources {
  private static final Logger log = LoggerFactory.getLogger(UnmanagedResources.class);
  private static final int MOST_LOGGED = 50;

  private final String label;
  private final Supplier<Predicate<String>> managed;
  private volatile Set<String> names = Set.of();

  /**
   * @param label what the log calls the resources
   * @param managed true for the names that an object asks for now
   */
  UnmanagedResources(String label, Supplier<Predicate<String>> managed) {
    this.label = label;
    this.managed = managed;
  }

  /** Takes in the names on a new list. */
  void update(Set<String> listed) {
    Set<String> found = listed.stream().filter(managed.get().negate()).collect(toUnmodifiableSet());
    if (!found.equals(names)) {
      List<String> first = found.stream().sorted().limit(MOST_LOGGED).toList();
      log.debug("No object asks for {} resources of {}, such as {}", found.size(), label, first);
    }
    names = found;
  }

  /** How many there were on the last list, without those that an object has asked for since. */
  long count() {
    return names.stream().filter(managed.get().negate()).count();
  }
}

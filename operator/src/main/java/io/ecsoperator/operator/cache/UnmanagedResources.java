package io.ecsoperator.operator.cache;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a list of ECS shows and no object of Kubernetes has asked for: nobody looks after it here.
 * Safe for many threads.
 */
final class UnmanagedResources {
  private static final Logger log = LoggerFactory.getLogger(UnmanagedResources.class);
  private static final int MOST_NAMED = 50;

  private final String what;
  private final Supplier<Predicate<String>> known;
  private volatile Set<String> names = Set.of();

  /**
   * @param what they are, as the log says it
   * @param known tells who is none, as of now
   */
  UnmanagedResources(String what, Supplier<Predicate<String>> known) {
    this.what = what;
    this.known = known;
  }

  /** Looks for strangers among what a new list shows. */
  void among(Set<String> listed) {
    Set<String> found = listed.stream().filter(known.get().negate()).collect(toUnmodifiableSet());
    if (!found.equals(names)) {
      List<String> named = found.stream().sorted().limit(MOST_NAMED).toList();
      log.debug("{} that no object asks for: {}, such as {}", what, found.size(), named);
    }
    names = found;
  }

  /** How many there were on the last list, without those that somebody has asked for since. */
  long count() {
    return names.stream().filter(known.get().negate()).count();
  }
}

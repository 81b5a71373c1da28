package io.ecsoperator.controlplane;

import io.ecsoperator.controlplane.process.BoundProcess;
import io.ecsoperator.controlplane.process.TemporaryFolder;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Processes that work together in one folder; if one ends by itself, the group has failed. */
final class ProcessGroup implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(20);

  private final TemporaryFolder folder;
  private final Map<String, String> variables;
  private final List<BoundProcess> processes = new ArrayList<>();

  ProcessGroup(TemporaryFolder folder, Map<String, String> variables) {
    this.folder = folder;
    this.variables = Map.copyOf(variables);
  }

  void start(String name, List<String> command) throws IOException {
    processes.add(BoundProcess.start(name, command, variables, folder.path()));
  }

  interface Condition {
    boolean holds();
  }

  /**
   * Waits until {@code condition} holds.
   *
   * @throws UnavailableException if a process ends, or with the message {@code otherwise} at the
   *     limit; with the end of a log
   */
  void await(Duration limit, String otherwise, Condition condition)
      throws UnavailableException, InterruptedException {
    Instant end = Instant.now().plus(limit);
    while (!condition.holds()) {
      checkAllAlive();
      if (Instant.now().isAfter(end)) {
        throw failure("%s after %d s".formatted(otherwise, limit.toSeconds()));
      }
      Thread.sleep(POLL);
    }
    checkAllAlive();
  }

  private void checkAllAlive() throws UnavailableException {
    for (BoundProcess process : processes) {
      if (!process.isAlive()) {
        throw failure(process.name() + " ended by itself", process);
      }
    }
  }

  private UnavailableException failure(String what) {
    return failure(what, processes.getLast());
  }

  private static UnavailableException failure(String what, BoundProcess culprit) {
    return new UnavailableException(
        "%s; the end of the log of %s:%s".formatted(what, culprit.name(), culprit.tail()));
  }

  /** Whether the log of any of the processes has {@code text}. */
  boolean logged(String text) {
    return processes.stream().anyMatch(process -> process.output().contains(text));
  }

  /** Ends all processes in reverse order of their start, and deletes their folder. */
  @Override
  public void close() {
    processes.reversed().forEach(BoundProcess::release);
    processes.reversed().forEach(BoundProcess::close);
    folder.close();
  }
}

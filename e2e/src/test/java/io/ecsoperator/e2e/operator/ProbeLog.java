package io.ecsoperator.e2e.operator;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Asks an operator for its probes all the time, as the kubelet does, and keeps those that fail. */
final class ProbeLog implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(500);

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Queue<String> failed = new ConcurrentLinkedQueue<>();

  private ProbeLog() {}

  static ProbeLog start(OperatorProcess operator) {
    ProbeLog log = new ProbeLog();
    log.timer.scheduleWithFixedDelay(
        () -> log.probe(operator), 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    return log;
  }

  private void probe(OperatorProcess operator) {
    for (String path : List.of("/livez", "/readyz")) {
      int status = operator.probe(path);
      if (status != 200) {
        failed.add(path + " " + status);
      }
    }
  }

  List<String> failed() {
    return List.copyOf(failed);
  }

  @Override
  public void close() {
    timer.close();
  }
}

package io.ecsoperator.operator.http;

import io.ecsoperator.operator.Scheduler;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Writes to a client. One that takes nothing for 30 s is dropped: the thread that writes is
 * interrupted, which closes its connection.
 */
public final class TimedOutput extends FilterOutputStream {
  private static final Duration LONGEST_WRITE = Duration.ofSeconds(30);

  private final Scheduler scheduler;

  @FunctionalInterface
  private interface Write {
    void run() throws IOException;
  }

  public TimedOutput(OutputStream out, Scheduler scheduler) {
    super(out);
    this.scheduler = scheduler;
  }

  @Override
  public void write(int one) throws IOException {
    timed(() -> out.write(one));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    timed(() -> out.write(bytes, offset, length));
  }

  @Override
  public void flush() throws IOException {
    timed(out::flush);
  }

  private void timed(Write write) throws IOException {
    Thread writer = Thread.currentThread();
    AtomicBoolean ended = new AtomicBoolean();
    scheduler.after(
        LONGEST_WRITE,
        () -> {
          if (ended.compareAndSet(false, true)) {
            writer.interrupt();
          }
        });
    try {
      write.run();
    } finally {
      ended.set(true);
    }
  }
}

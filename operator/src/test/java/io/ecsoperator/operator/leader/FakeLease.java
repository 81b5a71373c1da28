package io.ecsoperator.operator.leader;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A Lease in an API server, behind a network that can delay and lose requests and responses. */
final class FakeLease {
  static final int MAX_ANNOTATIONS = 256 * 1024;

  /** The delays of one call, and whether its request and response are delivered. */
  record Passage(Duration there, Duration back, boolean arrives, boolean answered) {
    static final Passage GOOD = new Passage(Duration.ZERO, Duration.ZERO, true, true);
    static final Passage LOST = new Passage(Duration.ZERO, Duration.ZERO, false, false);
    static final Passage ANSWER_LOST = new Passage(Duration.ZERO, Duration.ZERO, true, false);

    static Passage slow(Duration there, Duration back) {
      return new Passage(there, back, true, true);
    }
  }

  private final Consumer<Duration> delay;
  private Optional<Lease> lease = Optional.empty();
  private long version;

  /**
   * @param delay lets time pass during a call
   */
  FakeLease(Consumer<Duration> delay) {
    this.delay = delay;
  }

  Optional<Lease> now() {
    return lease;
  }

  String holder() {
    return lease.orElseThrow().getSpec().getHolderIdentity();
  }

  /** Another client writes the Lease without taking part in the election. */
  void touch() {
    lease = lease.map(this::withNewVersion);
  }

  /** Another client sets the holder and the duration. */
  void write(@Nullable String holder, int durationSeconds) {
    lease =
        Optional.of(
            withNewVersion(
                new LeaseBuilder(lease.orElseGet(Lease::new))
                    .editOrNewSpec()
                    .withHolderIdentity(holder)
                    .withLeaseDurationSeconds(durationSeconds)
                    .endSpec()
                    .build()));
  }

  /** Another client writes what the API server takes. */
  void edit(UnaryOperator<LeaseBuilder> change) {
    lease = lease.map(now -> withNewVersion(valid(change.apply(new LeaseBuilder(now)).build())));
  }

  /** As the API server checks what it is asked to write. */
  private static Lease valid(Lease written) {
    int annotations =
        Optional.ofNullable(written.getMetadata().getAnnotations())
            .orElse(Map.of())
            .entrySet()
            .stream()
            .mapToInt(annotation -> annotation.getKey().length() + annotation.getValue().length())
            .sum();
    Integer transitions =
        written.getSpec() == null ? null : written.getSpec().getLeaseTransitions();
    if (annotations > MAX_ANNOTATIONS || transitions != null && transitions < 0) {
      throw new KubernetesClientException("invalid", 422, null);
    }
    return written;
  }

  void remove() {
    lease = Optional.empty();
  }

  private Lease withNewVersion(Lease written) {
    version++;
    return new LeaseBuilder(written)
        .editOrNewMetadata()
        .withResourceVersion(Long.toString(version))
        .endMetadata()
        .build();
  }

  /** One candidate's connection. */
  final class Route implements LeaseStore {
    private final Deque<Passage> next = new ArrayDeque<>();
    private Passage usual = Passage.GOOD;
    private int reads;

    /** Sets the passage of calls for which {@link #next} defines none. */
    void usually(Passage passage) {
      usual = passage;
    }

    void next(Passage passage) {
      next.add(passage);
    }

    /** Removes the passages that {@link #next} defined. */
    void forget() {
      next.clear();
    }

    int reads() {
      return reads;
    }

    @Override
    public Optional<Lease> read() {
      reads++;
      return carry(() -> lease);
    }

    @Override
    public Lease create(Lease created) {
      return carry(
          () -> {
            if (lease.isPresent()) {
              throw conflict();
            }
            lease = Optional.of(withNewVersion(created));
            return lease.get();
          });
    }

    @Override
    public Lease replace(Lease replacement) {
      return carry(
          () -> {
            String expected = replacement.getMetadata().getResourceVersion();
            if (lease
                .filter(current -> current.getMetadata().getResourceVersion().equals(expected))
                .isEmpty()) {
              throw conflict();
            }
            lease = Optional.of(withNewVersion(valid(replacement)));
            return lease.get();
          });
    }

    private <T> T carry(Supplier<T> call) {
      Passage passage = next.isEmpty() ? usual : next.remove();
      delay.accept(passage.there());
      if (!passage.arrives()) {
        throw new KubernetesClientException("not reached");
      }
      T result = call.get();
      delay.accept(passage.back());
      if (!passage.answered()) {
        throw new KubernetesClientException("no answer");
      }
      return result;
    }

    private static KubernetesClientException conflict() {
      return new KubernetesClientException("conflict", 409, null);
    }
  }
}

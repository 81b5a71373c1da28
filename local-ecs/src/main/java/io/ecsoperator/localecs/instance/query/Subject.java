package io.ecsoperator.localecs.instance.query;

import io.ecsoperator.localecs.instance.InstanceState;
import io.ecsoperator.localecs.instance.ResourceReservation;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The subject of a comparison in an expression. */
sealed interface Subject {
  String ATTRIBUTE = "attribute:";

  /** The values that the instance has for this subject. */
  List<String> valuesOf(InstanceState instance);

  /** The order of the values; throws IllegalArgumentException for an invalid value. */
  Comparator<String> order();

  /** The subject with this name. */
  static Optional<Subject> named(String name) {
    if (name.startsWith(ATTRIBUTE) && name.length() > ATTRIBUTE.length()) {
      return Optional.of(new Named(name.substring(ATTRIBUTE.length())));
    }
    return Arrays.stream(Known.values())
        .filter(subject -> subject.name.equals(name))
        .map(Subject.class::cast)
        .findFirst();
  }

  /** An attribute, built-in or custom. */
  record Named(String attribute) implements Subject {
    @Override
    public List<String> valuesOf(InstanceState instance) {
      return instance.attribute(attribute).stream().toList();
    }

    @Override
    public Comparator<String> order() {
      return Comparator.naturalOrder();
    }
  }

  /** The subjects that every instance has. */
  enum Known implements Subject {
    AGENT_CONNECTED("agentConnected", Comparator.naturalOrder()) {
      @Override
      public List<String> valuesOf(InstanceState instance) {
        return List.of(instance.facts().agentConnected().toString());
      }
    },
    AGENT_VERSION("agentVersion", Known::compareVersions) {
      @Override
      public List<String> valuesOf(InstanceState instance) {
        return Optional.ofNullable(instance.facts().versionInfo().agentVersion()).stream().toList();
      }
    },
    EC2_INSTANCE_ID("ec2InstanceId", Comparator.naturalOrder()) {
      @Override
      public List<String> valuesOf(InstanceState instance) {
        return Optional.ofNullable(instance.facts().ec2InstanceId()).stream().toList();
      }
    },
    REGISTERED_AT("registeredAt", Comparator.comparing(Known::instant)) {
      @Override
      public List<String> valuesOf(InstanceState instance) {
        return List.of(instance.facts().registeredAt().toString());
      }
    },
    RUNNING_TASKS_COUNT("runningTasksCount", Comparator.comparingInt(Integer::parseInt)) {
      @Override
      public List<String> valuesOf(InstanceState instance) {
        return List.of(String.valueOf(instance.count(ResourceReservation.Phase.RUNNING)));
      }
    },
    TASK_GROUP("task:group", Comparator.naturalOrder()) {
      @Override
      public List<String> valuesOf(InstanceState instance) {
        return instance.reservations().values().stream()
            .map(ResourceReservation::group)
            .distinct()
            .toList();
      }
    };

    private final String name;
    private final Comparator<String> order;

    Known(String name, Comparator<String> order) {
      this.name = name;
      this.order = order;
    }

    @Override
    public Comparator<String> order() {
      return order;
    }

    private static int compareVersions(String one, String other) {
      return Arrays.compare(numbers(one), numbers(other));
    }

    private static int[] numbers(String version) {
      return Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
    }

    /** Reads a time; a date counts as its first instant in UTC. */
    private static Instant instant(String text) {
      if (!text.contains("T")) {
        return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
      }
      return OffsetDateTime.parse(text).toInstant();
    }
  }
}

package io.ecsoperator.operator.placement;

import io.ecsoperator.operator.placement.Misfit.Code;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Where tasks would fit: every instance with all reasons against it, those that fit in the order of
 * the strategies. A function of its arguments alone.
 *
 * @param candidates those that fit first, in the order in which the next task would take them
 * @param placed ARNs of the instances that the tasks would take, in order; fewer than were asked
 *     for if there is no place for more
 */
public record Placement(List<Candidate> candidates, List<String> placed) {
  private static final String ENI = "ecs.capability.task-eni";
  private static final String ARCHITECTURE = "ecs.cpu-architecture";
  private static final String SYSTEM_FAMILY = "ecs.os-family";
  private static final String SYSTEM_TYPE = "ecs.os-type";

  /** More tasks than an instance can have. */
  private static final int MOST_ON_INSTANCE = 10_000;

  public Placement {
    candidates = List.copyOf(candidates);
    placed = List.copyOf(placed);
  }

  /**
   * What is to be placed.
   *
   * @param distinct whether each task of the group needs an instance of its own
   * @param group such as {@code service:web}
   * @param count of tasks
   * @param seed of what is random
   */
  public record Task(
      Demand demand,
      List<Strategy> strategies,
      boolean distinct,
      String group,
      int count,
      long seed) {
    public Task {
      strategies = List.copyOf(strategies);
    }
  }

  /**
   * An instance.
   *
   * @param misfits every reason why the task does not fit; empty if it fits
   * @param capacity how many such tasks fit, as far as ECS shows it
   */
  public record Candidate(Instance instance, List<Misfit> misfits, int capacity) {
    public boolean fits() {
      return misfits.isEmpty();
    }
  }

  /** How many such tasks fit in all. */
  public long capacity() {
    return candidates.stream().mapToLong(Candidate::capacity).sum();
  }

  /** Finds the places of tasks. */
  public static Placement of(Task task, List<Instance> instances) {
    List<Candidate> all =
        instances.stream()
            .map(
                instance -> {
                  List<Misfit> misfits = misfits(task, instance);
                  return new Candidate(
                      instance, misfits, misfits.isEmpty() ? capacity(task, instance.free()) : 0);
                })
            .toList();
    Simulation simulation = new Simulation(task, all);
    List<Candidate> ranked = new ArrayList<>(simulation.ranked());
    all.stream()
        .filter(candidate -> !candidate.fits())
        .sorted(Comparator.comparing(candidate -> candidate.instance().arn()))
        .forEach(ranked::add);
    return new Placement(ranked, simulation.place());
  }

  private static int capacity(Task task, Instance.Free free) {
    Demand demand = task.demand();
    if (task.distinct() || !demand.tcpPorts().isEmpty() || !demand.udpPorts().isEmpty()) {
      return 1;
    }
    int most = MOST_ON_INSTANCE;
    if (demand.cpu() > 0) {
      most = Math.min(most, free.cpu() / demand.cpu());
    }
    if (demand.memory() > 0) {
      most = Math.min(most, free.memory() / demand.memory());
    }
    if (demand.gpus() > 0) {
      most = Math.min(most, free.gpus() / demand.gpus());
    }
    return most;
  }

  private static List<Misfit> misfits(Task task, Instance instance) {
    Demand demand = task.demand();
    List<Misfit> misfits = new ArrayList<>();
    if (!instance.status().equals("ACTIVE")) {
      misfits.add(new Misfit(Code.STATUS, "is " + instance.status()));
    }
    if (!instance.agent().connected()) {
      misfits.add(new Misfit(Code.AGENT, "the agent is not connected"));
    }
    lacks(misfits, Code.CPU, demand.cpu(), instance.free().cpu(), "units");
    lacks(misfits, Code.MEMORY, demand.memory(), instance.free().memory(), "MiB");
    lacks(misfits, Code.GPU, demand.gpus(), instance.free().gpus(), "GPUs");
    taken(misfits, Code.TCP_PORTS, demand.tcpPorts(), instance.free().tcpTaken());
    taken(misfits, Code.UDP_PORTS, demand.udpPorts(), instance.free().udpTaken());
    if (demand.networkInterface() && !instance.attributes().containsKey(ENI)) {
      misfits.add(new Misfit(Code.ENI, "has not the attribute " + ENI));
    }
    demand
        .attributes()
        .forEach(
            (name, value) -> {
              if (!has(instance, name, value)) {
                String wanted = value.isEmpty() ? name : name + "=" + value;
                misfits.add(new Misfit(Code.ATTRIBUTE, "has not " + wanted));
              }
            });
    platform(misfits, demand.platform(), instance);
    demand.queries().stream()
        .filter(query -> !query.matches(instance))
        .forEach(query -> misfits.add(new Misfit(Code.MEMBER_OF, "does not match " + query)));
    if (task.distinct() && instance.groups().getOrDefault(task.group(), 0) > 0) {
      misfits.add(new Misfit(Code.DISTINCT_INSTANCE, "has a task of the group " + task.group()));
    }
    return List.copyOf(misfits);
  }

  private static boolean has(Instance instance, String name, String value) {
    String own = instance.attributes().get(name);
    return own != null && (value.isEmpty() || own.equals(value));
  }

  private static void lacks(List<Misfit> misfits, Code code, int needed, int left, String unit) {
    if (needed > left) {
      misfits.add(new Misfit(code, "needs " + needed + " " + unit + ", has " + left));
    }
  }

  private static void taken(
      List<Misfit> misfits, Code code, Set<Integer> wanted, Set<Integer> taken) {
    if (Collections.disjoint(wanted, taken)) {
      return;
    }
    Set<Integer> both = new TreeSet<>(wanted);
    both.retainAll(taken);
    String ports = both.stream().map(String::valueOf).collect(Collectors.joining(", "));
    misfits.add(new Misfit(code, ports + " taken already"));
  }

  private static void platform(List<Misfit> misfits, Demand.Platform wanted, Instance instance) {
    String architecture = instance.attributes().getOrDefault(ARCHITECTURE, "");
    if (!wanted.architecture().isEmpty() && !wanted.architecture().equalsIgnoreCase(architecture)) {
      misfits.add(
          new Misfit(
              Code.ARCHITECTURE,
              "needs " + wanted.architecture() + ", is " + orUnknown(architecture)));
    }
    String family = instance.attributes().getOrDefault(SYSTEM_FAMILY, "");
    String type = instance.attributes().getOrDefault(SYSTEM_TYPE, "");
    boolean suits =
        family.isEmpty()
            ? wanted.system().toLowerCase(Locale.ROOT).startsWith(type) && !type.isEmpty()
            : wanted.system().equalsIgnoreCase(family);
    if (!wanted.system().isEmpty() && !suits) {
      misfits.add(
          new Misfit(
              Code.OPERATING_SYSTEM,
              "needs " + wanted.system() + ", is " + orUnknown(family.isEmpty() ? type : family)));
    }
  }

  private static String orUnknown(String text) {
    return text.isEmpty() ? "unknown" : text;
  }

  /** Places one task after another, as ECS does: each changes where the next one goes. */
  private static final class Simulation {
    private final Task task;
    private final List<Place> places;
    private final List<Map<String, Integer>> counts = new ArrayList<>();

    /** An instance on which tasks are placed. */
    private static final class Place {
      private final Candidate candidate;
      private final long random;
      private int placed;

      Place(Candidate candidate, long random) {
        this.candidate = candidate;
        this.random = random;
      }

      boolean hasRoom() {
        return placed < candidate.capacity();
      }

      /** What is left of a resource once the tasks are there that were placed. */
      int left(int free, int perTask) {
        return free - placed * perTask;
      }
    }

    /**
     * @param all whose tasks count for a spread, whether another one fits or not
     */
    Simulation(Task task, List<Candidate> all) {
      this.task = task;
      Random random = new Random(task.seed());
      this.places =
          all.stream()
              .filter(Candidate::fits)
              .map(candidate -> new Place(candidate, random.nextInt()))
              .toList();
      for (Strategy strategy : task.strategies()) {
        Map<String, Integer> count = new HashMap<>();
        if (strategy.type() == Strategy.Type.SPREAD) {
          all.forEach(
              candidate ->
                  count.merge(
                      strategy.place(candidate.instance()),
                      candidate.instance().groups().getOrDefault(task.group(), 0),
                      Integer::sum));
        }
        counts.add(count);
      }
    }

    List<Candidate> ranked() {
      return places.stream()
          .map(place -> new Ranked(place, ranks(place)))
          .sorted()
          .map(ranked -> ranked.place().candidate)
          .toList();
    }

    List<String> place() {
      List<String> placed = new ArrayList<>();
      while (placed.size() < task.count()) {
        Optional<Place> first =
            places.stream()
                .filter(Place::hasRoom)
                .map(place -> new Ranked(place, ranks(place)))
                .min(Comparator.naturalOrder())
                .map(Ranked::place);
        if (first.isEmpty()) {
          break;
        }
        Place next = first.get();
        next.placed++;
        placed.add(next.candidate.instance().arn());
        for (int i = 0; i < counts.size(); i++) {
          Strategy strategy = task.strategies().get(i);
          if (strategy.type() == Strategy.Type.SPREAD) {
            counts.get(i).merge(strategy.place(next.candidate.instance()), 1, Integer::sum);
          }
        }
      }
      return placed;
    }

    /** By each strategy, the lowest first. */
    private long[] ranks(Place place) {
      Instance.Free free = place.candidate.instance().free();
      int cpu = place.left(free.cpu(), task.demand().cpu());
      int memory = place.left(free.memory(), task.demand().memory());
      long[] ranks = new long[counts.size()];
      for (int i = 0; i < ranks.length; i++) {
        Strategy strategy = task.strategies().get(i);
        ranks[i] =
            switch (strategy.type()) {
              case BINPACK -> strategy.packsCpu() ? cpu : memory;
              case SPREAD ->
                  counts.get(i).getOrDefault(strategy.place(place.candidate.instance()), 0);
              case RANDOM -> place.random;
            };
      }
      return ranks;
    }

    /** Ranks are compared often, so that they are made once. */
    private record Ranked(Place place, long[] ranks) implements Comparable<Ranked> {
      @Override
      public int compareTo(Ranked other) {
        int order = Arrays.compare(ranks, other.ranks);
        return order != 0
            ? order
            : place.candidate.instance().arn().compareTo(other.place.candidate.instance().arn());
      }
    }
  }
}

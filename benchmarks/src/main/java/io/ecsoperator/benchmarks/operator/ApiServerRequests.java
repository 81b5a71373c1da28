package io.ecsoperator.benchmarks.operator;

import io.ecsoperator.crds.EcsResource;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The number of requests that an API server has answered, refused ones included, from its metric
 * {@code apiserver_request_total}.
 */
record ApiServerRequests(Map<Request, Long> counts) {
  private static final Set<String> READS = Set.of("GET", "LIST", "WATCH", "WATCHLIST");
  private static final Pattern SAMPLE =
      Pattern.compile("(?m)^apiserver_request_total\\{(.*)} (\\S+)$");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

  /** A type of request that is counted separately. */
  record Request(String verb, String group, String resource, String subresource) {
    /** A write to the operator's kinds, except for their creation, which the benchmark does. */
    boolean isWriteToOwnKinds() {
      return group.equals(EcsResource.GROUP) && !READS.contains(verb) && !verb.equals("POST");
    }

    boolean isEvent() {
      return resource.equals("events") && !READS.contains(verb);
    }

    /** All writes of an operator except those to the Lease. */
    boolean isOperatorsWrite() {
      return isWriteToOwnKinds() || isEvent();
    }
  }

  /**
   * @param metrics in the text format of Prometheus
   */
  static ApiServerRequests parse(String metrics) {
    return new ApiServerRequests(
        SAMPLE
            .matcher(metrics)
            .results()
            .collect(
                Collectors.toMap(
                    ApiServerRequests::request,
                    sample -> (long) Double.parseDouble(sample.group(2)),
                    Long::sum)));
  }

  private static Request request(MatchResult sample) {
    Map<String, String> labels =
        LABEL
            .matcher(sample.group(1))
            .results()
            .collect(Collectors.toMap(label -> label.group(1), label -> label.group(2)));
    return new Request(
        labels.getOrDefault("verb", ""),
        labels.getOrDefault("group", ""),
        labels.getOrDefault("resource", ""),
        labels.getOrDefault("subresource", ""));
  }

  /** The number of requests since {@code before}. */
  long since(ApiServerRequests before, Predicate<Request> counted) {
    return sum(counted) - before.sum(counted);
  }

  private long sum(Predicate<Request> counted) {
    return counts.entrySet().stream()
        .filter(entry -> counted.test(entry.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}

package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.ObjectRef.cluster;
import static io.ecsoperator.e2e.operator.ObjectRef.service;
import static io.ecsoperator.e2e.operator.ObjectRef.taskDefinition;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.controlplane.junit.Await;
import io.ecsoperator.operator.aws.quota.QuotaSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The metrics page and docs/metrics.md agree, and the values are right. */
@WithOperator
class MetricsTest {
  /** Relative to the module, in which the tests run. */
  private static final Path PAGE = Path.of("..", "docs", "metrics.md");

  /** {@code | `name` | type | ...}. */
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z_]+)` \\| ([a-z]+) \\|");

  private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");

  @Test
  void theDocumentedMetricsAreThoseThatAreExposed(TestBed bed) throws IOException {
    Map<String, String> documented = types(ROW, Files.readString(PAGE));
    assertThat(documented)
        .containsKeys("ecs_operator_aws_call_duration_seconds", "ecs_operator_leader");
    bed.restartWithAllParts(QuotaSettings.share(100));
    work(bed);
    drift(bed);
    assertThat(bed.queries().resolve("/v1/openapi.json").toURL().openStream()).isNotEmpty();
    System.gc();

    Await.until(
        () -> types(TYPE, bed.metrics()).keySet().containsAll(documented.keySet()),
        () -> missing(documented, types(TYPE, bed.metrics())) + " in the scrape");

    Map<String, String> scraped = types(TYPE, bed.metrics());
    scraped.entrySet().removeIf(metric -> isMaximum(metric.getKey(), scraped));
    assertThat(scraped).containsAllEntriesOf(documented);
    scraped.keySet().removeIf(MetricsTest::isOfTheProcess);
    assertThat(documented.keySet()).containsAll(scraped.keySet());
  }

  @Test
  void theValuesCountWhatTheOperatorDid(TestBed bed) {
    work(bed);
    drift(bed);

    String service = "{kind=\"EcsService\"}";
    String ready =
        "ecs_operator_resource_conditions{kind=\"EcsService\",namespace=\"%s\",reason=\"Reconciled\",status=\"True\",type=\"Ready\"}"
            .formatted(bed.namespace());
    List.of(
            "ecs_operator_leader 1.0",
            "ecs_operator_change_to_call_seconds_count" + service + " 1",
            "ecs_operator_change_to_ready_seconds_count" + service + " 1",
            "ecs_operator_drift_corrected_total" + service + " 1.0",
            "ecs_operator_drift_corrected_total{kind=\"EcsCluster\"} 0.0",
            "ecs_operator_cache_resources{kind=\"service\"} 1.0",
            ready + " 1.0")
        .forEach(
            line ->
                Await.until(
                    () -> bed.metrics().lines().anyMatch(line::equals),
                    () -> line + " in\n" + bed.metrics()));
  }

  private static void work(TestBed bed) {
    bed.apply(
        Manifests.cluster("demo"),
        Manifests.taskDefinition("app", "example.com/app:1"),
        Manifests.service("app", "demo", "app", "desiredCount: 1"));
    bed.awaitReady(cluster("demo"), taskDefinition("app"), service("app"));
  }

  /** Another client changes the service, and the operator corrects it. */
  private static void drift(TestBed bed) {
    long before = bed.ecs().calls().lastSequence();
    bed.aws().updateService(u -> u.cluster("demo").service("app").desiredCount(0));
    Await.until("the count is corrected", () -> bed.writesSince(before).size() == 2);
    bed.awaitReady(service("app"));
  }

  private static TreeMap<String, String> types(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .collect(
            toMap(row -> row.group(1), row -> row.group(2), (one, other) -> one, TreeMap::new));
  }

  private static boolean isMaximum(String name, Map<String, String> scraped) {
    return name.endsWith("_max") && scraped.containsKey(name.substring(0, name.length() - 4));
  }

  /** Whether a metric depends on the JVM and its garbage collector. */
  private static boolean isOfTheProcess(String name) {
    return name.startsWith("jvm_") || name.startsWith("process_") || name.startsWith("system_");
  }

  private static TreeSet<String> missing(
      Map<String, String> documented, Map<String, String> scraped) {
    return documented.keySet().stream()
        .filter(name -> !scraped.containsKey(name))
        .collect(toCollection(TreeSet::new));
  }
}

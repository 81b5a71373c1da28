package io.ecsoperator.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.ecsoperator.controlplane.CommandResult;
import io.ecsoperator.controlplane.Helm;
import io.ecsoperator.controlplane.junit.ControlPlaneExtension;
import io.ecsoperator.crds.ResourceTypes;
import io.ecsoperator.operator.config.LeaseSettings;
import io.ecsoperator.operator.config.OperatorConfig;
import io.ecsoperator.operator.config.Options;
import io.ecsoperator.operator.config.OwnershipSettings.DefaultDeletion;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What Helm makes of the chart, without an API server. */
@ExtendWith(ControlPlaneExtension.class)
class ChartTest {
  private static final Path ROOT = Path.of("..");
  private static final Path GENERATED = ROOT.resolve("crds/manifests");
  private static final String NAMESPACE = "ecs-operator-system";
  private static final String TABLE = "<!-- The table is written by `make chart-docs`. -->\n\n";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final YAMLMapper YAML = new YAMLMapper();

  private static Chart chart;

  @BeforeAll
  static void findHelm(Helm helm) {
    chart = new Chart(helm);
  }

  @Test
  void helmFindsNothingToCriticise() {
    CommandResult lint = chart.helm().run("lint", "--strict", "--quiet", Chart.FOLDER.toString());

    assertThat(lint.exitCode()).as(lint.stdout() + lint.stderr()).isZero();
  }

  @Test
  void theChartHasTheVersionOfTheProject() throws IOException {
    Matcher version =
        Pattern.compile("<artifactId>ecs-operator-parent</artifactId>\\s*<version>([^<]+)")
            .matcher(Files.readString(ROOT.resolve("pom.xml")));
    JsonNode described = YAML.readTree(Files.readString(Chart.FOLDER.resolve("Chart.yaml")));

    assertThat(version.find()).isTrue();
    assertThat(described.path("version").asText()).isEqualTo(version.group(1));
    assertThat(described.path("appVersion").asText()).isEqualTo(version.group(1));
  }

  // CRDs

  @Test
  void uninstallingKeepsTheCrds() throws IOException {
    List<JsonNode> crds = crds();

    assertThat(crds)
        .isNotEmpty()
        .allSatisfy(
            crd ->
                assertThat(crd.at("/metadata/annotations/helm.sh~1resource-policy").asText())
                    .isEqualTo("keep"));
    crds.forEach(crd -> ((ObjectNode) crd.path("metadata")).remove("annotations"));
    assertThat(crds).containsExactlyInAnyOrderElementsOf(generated());
  }

  @Test
  void crdsMayBeDeletedWithTheChartOrComeFromElsewhere() throws IOException {
    assertThat(crds("crds.keep=false")).containsExactlyInAnyOrderElementsOf(generated());
    assertThat(chart.manifests(NAMESPACE, "crds.keep=false")).doesNotContain("resource-policy");
    assertThat(crds("crds.enabled=false")).isEmpty();
    assertThat(chart.manifests(NAMESPACE, "crds.enabled=false")).doesNotContain("Admission");
  }

  private static List<JsonNode> crds(String... values) {
    return Chart.ofKind("CustomResourceDefinition", chart.objects(NAMESPACE, values));
  }

  private static List<JsonNode> generated() throws IOException {
    List<JsonNode> generated = new ArrayList<>();
    for (Path file : files(GENERATED)) {
      generated.add(YAML.readTree(Files.readString(file)));
    }
    return generated;
  }

  @Test
  void textOfACrdIsNoTemplate(@TempDir Path folder) throws IOException {
    for (Path file : files(Chart.FOLDER)) {
      Path copy = folder.resolve(Chart.FOLDER.relativize(file));
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
    String rule = "self.all(x, x == '{{ .Values.none.at.all }}')";
    Files.writeString(
        folder.resolve("files/crds/rule.yaml"),
        "kind: CustomResourceDefinition\nmetadata:\n  name: rule\nspec:\n  rule: \""
            + rule
            + "\"\n");

    assertThat(Chart.parse(chart.render(folder, NAMESPACE).orThrow()))
        .filteredOn(object -> object.at("/metadata/name").asText().equals("rule"))
        .singleElement()
        .satisfies(object -> assertThat(object.at("/spec/rule").asText()).isEqualTo(rule));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  // Values

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          replicas="two"                           | at '/replicas': got string, want integer
          replicas=-1                              | at '/replicas': minimum: got -1, want 0
          replica=2                                | additional properties 'replica' not allowed
          crds.kepp=true                           | at '/crds': additional properties 'kepp' not allowed
          crds.keep="yes"                          | at '/crds/keep': got string, want boolean
          watch.namespaces="shop"                  | at '/watch/namespaces': got string, want array
          watch.namespaces=["Shop"]                | at '/watch/namespaces/0': 'Shop' does not match pattern
          watch.namespaces=["shop","shop"]         | at '/watch/namespaces': items at 0 and 1 are equal
          ownerId="a/b"                            | at '/ownerId': 'a/b' does not match pattern
          intervals.resync="soon"                  | at '/intervals/resync': 'soon' does not match pattern
          intervals.resync=60                      | at '/intervals/resync': got number, want string
          leaderElection.leaseDuration="6"         | at '/leaderElection/leaseDuration': '6' does not match pattern
          metrics.rules.runbookUrl="docs/runbooks" | at '/metrics/rules/runbookUrl': 'docs/runbooks' does not match pattern
          threads=0                                | at '/threads': minimum: got 0, want 1
          quotas.share=101                         | at '/quotas/share': maximum: got 101, want 100
          quotas.categories={"service-modify":100} | at '/quotas/categories/service-modify': got number, want string
          log.format="xml"                         | at '/log/format': value must be one of 'json', 'text'
          log.level="trace"                        | at '/log/level': value must be one of
          aws.region="US East"                     | at '/aws/region': 'US East' does not match pattern
          aws.endpoint="localhost:4580"            | at '/aws/endpoint': 'localhost:4580' does not match pattern
          serviceAccount.roleArn="operator"        | at '/serviceAccount/roleArn': 'operator' does not match pattern
          image.tag="a:b"                          | at '/image/tag': 'a:b' does not match pattern
          image.digest="sha256:1"                  | at '/image/digest': 'sha256:1' does not match pattern
          image.pullPolicy="Sometimes"             | at '/image/pullPolicy': value must be one of
          extraEnv=[{"value":"x"}]                 | at '/extraEnv/0': missing property 'name'
          extraArgs=["-v"]                         | at '/extraArgs/0': '-v' does not match pattern
          deletionPolicy="Keep"                    | at '/deletionPolicy': value must be one of 'Delete', 'Retain'
          demo.clock="fast"                        | at '/demo/clock': 'fast' does not match pattern
          leaderElection.enabled=false             | replicas: more than one needs leaderElection.enabled: true
          serviceAccount.create=false              | serviceAccount.name: name the service account to use
          """)
  void wrongValuesAreRefusedWithTheirPlace(String value, String message) {
    CommandResult result = chart.render(NAMESPACE, value);

    assertThat(result.exitCode()).as(result.stdout()).isNotZero();
    assertThat(result.stderr()).contains(message);
  }

  @Test
  void everyValueIsInTheSchemaAndTheSchemaHasNoOther() throws IOException {
    JsonNode schema = JSON.readTree(Chart.FOLDER.resolve("values.schema.json").toFile());
    JsonNode values = YAML.readTree(Files.readString(Chart.FOLDER.resolve("values.yaml")));

    Set<String> inSchema = new TreeSet<>();
    collect("", schema, schema, values, inSchema);
    Set<String> inValues = new TreeSet<>();
    collect("", values, inValues);
    // Helm's own.
    inSchema.remove("global");

    assertThat(inSchema).isNotEmpty().isEqualTo(inValues);
  }

  private static void collect(
      String path, JsonNode schema, JsonNode root, JsonNode value, Set<String> paths) {
    JsonNode resolved =
        schema.has("$ref") ? root.at(schema.path("$ref").asText().substring(1)) : schema;
    if (!resolved.has("properties") || !value.isObject()) {
      paths.add(withoutMembersOfKubernetes(path));
      return;
    }
    resolved
        .path("properties")
        .properties()
        .forEach(
            member ->
                collect(
                    path.isEmpty() ? member.getKey() : path + "." + member.getKey(),
                    member.getValue(),
                    root,
                    value.path(member.getKey()),
                    paths));
  }

  private static void collect(String path, JsonNode value, Set<String> paths) {
    if (value.isObject() && !value.isEmpty()) {
      value
          .properties()
          .forEach(
              member ->
                  collect(
                      path.isEmpty() ? member.getKey() : path + "." + member.getKey(),
                      member.getValue(),
                      paths));
    } else {
      paths.add(withoutMembersOfKubernetes(path));
    }
  }

  private static String withoutMembersOfKubernetes(String path) {
    return path.replaceFirst("(?<=resources|labels)\\..*", "");
  }

  @Test
  void theReadmeHasTheTableOfValues() throws IOException {
    Path readme = Chart.FOLDER.resolve("README.md");
    String document = Files.readString(readme);
    String current =
        document.substring(0, document.indexOf(TABLE) + TABLE.length())
            + ValuesTable.of(Files.readString(Chart.FOLDER.resolve("values.yaml"))).markdown();
    if (Boolean.getBoolean("chart.write-docs")) {
      Files.writeString(readme, current);
    }

    assertThat(Files.readString(readme)).as("run `make chart-docs`").isEqualTo(current);
  }

  @Test
  void everyValueHasAComment() throws IOException {
    assertThat(ValuesTable.of(Files.readString(Chart.FOLDER.resolve("values.yaml"))).rows())
        .isNotEmpty()
        .filteredOn(row -> row.comment().isEmpty())
        .extracting(ValuesTable.Row::path)
        .isEmpty();
  }

  // The operator's options

  @Test
  void withTheDefaultsTheOperatorHasItsOwnDefaults() {
    OperatorConfig own = config(List.of());

    assertThat(config(arguments()))
        .usingRecursiveComparison()
        .ignoringFieldsOfTypes(Pattern.class)
        .isEqualTo(
            new OperatorConfig(
                own.namespaces(),
                own.ownership(),
                own.lease().map(ChartTest::inTheNamespaceOfTheChart),
                own.intervals(),
                own.reads(),
                own.threads(),
                own.quotas(),
                own.servers()));
  }

  private static LeaseSettings inTheNamespaceOfTheChart(LeaseSettings lease) {
    return new LeaseSettings(
        Optional.of(NAMESPACE),
        lease.name(),
        lease.duration(),
        lease.renewDeadline(),
        lease.retryPeriod());
  }

  @Test
  void valuesReachTheOperator() {
    OperatorConfig config =
        config(
            arguments(
                "watch.namespaces=[\"shop\",\"bank\"]",
                "ownerId=\"fleet-1\"",
                "deletionPolicy=\"Retain\"",
                "adoption={\"untagged\":\"shop-*,bank-*\",\"formerOwnerIds\":[\"old\"]}",
                "intervals.resync=\"5m\"",
                "quotas={\"share\":50,\"categories\":{\"service-modify\":\"100/10\"}}",
                "replicas=1",
                "leaderElection.enabled=false"));

    assertThat(config.namespaces()).containsExactly("shop", "bank");
    assertThat(config.ownership().ownerId()).contains("fleet-1");
    assertThat(config.ownership().deletion()).isEqualTo(DefaultDeletion.RETAIN);
    assertThat(config.ownership().adoption().mayAdopt("bank-api")).isTrue();
    assertThat(config.ownership().adoption().mayAdopt("api")).isFalse();
    assertThat(config.ownership().adoption().formerOwners()).containsExactly("old");
    assertThat(config.intervals().resync()).hasMinutes(5);
    assertThat(config.lease()).isEmpty();
    assertThat(config.quotas())
        .isNotEqualTo(config(List.of()).quotas())
        .isEqualTo(config(List.of("--quota-share=50", "--quota=service-modify=100/10")).quotas());
  }

  private static List<String> arguments(String... values) {
    List<String> arguments = new ArrayList<>();
    operator(values)
        .at("/spec/template/spec/containers/0/args")
        .forEach(argument -> arguments.add(argument.asText()));
    return arguments;
  }

  private static JsonNode operator(String... values) {
    return Chart.ofKind("Deployment", chart.objects(NAMESPACE, values)).getLast();
  }

  private static OperatorConfig config(List<String> arguments) {
    var options = new Options();
    new CommandLine(options)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs(arguments.toArray(String[]::new));
    return options.config();
  }

  @Test
  void theDemoPointsTheOperatorToLocalEcs() {
    List<JsonNode> objects = chart.objects(NAMESPACE, "demo.enabled=true");

    assertThat(Chart.ofKind("Deployment", objects))
        .extracting(deployment -> deployment.at("/metadata/name").asText())
        .containsExactlyInAnyOrder("ecs-operator", "ecs-operator-local-ecs");
    assertThat(chart.manifests(NAMESPACE, "demo.enabled=true"))
        .contains("http://ecs-operator-local-ecs." + NAMESPACE + ".svc:4580");
    assertThat(Chart.ofKind("Deployment", chart.objects(NAMESPACE))).hasSize(1);
  }

  // RBAC

  @Test
  void anInstallationForNamespacesHasTheSameRightsThereAndNoneElsewhere() {
    List<JsonNode> everywhere = chart.objects(NAMESPACE, "rbac.aggregate=false");
    List<JsonNode> limited =
        chart.objects(
            NAMESPACE,
            "rbac.aggregate=false",
            "ownerId=\"fleet\"",
            "watch.namespaces=[\"shop\",\"bank\"]");

    JsonNode clusterRole = Chart.ofKind("ClusterRole", everywhere).getFirst();
    assertThat(Chart.ofKind("ClusterRole", limited)).isEmpty();
    assertThat(Chart.ofKind("ClusterRoleBinding", limited)).isEmpty();
    assertThat(Chart.ofKind("Role", limited))
        .filteredOn(role -> role.at("/metadata/name").asText().equals(Chart.RELEASE))
        .allSatisfy(role -> assertThat(role.path("rules")).isEqualTo(clusterRole.path("rules")))
        .extracting(role -> role.at("/metadata/namespace").asText())
        .containsExactly("shop", "bank");
  }

  @Test
  void theOperatorMayUseItsOwnLeaseAndNoSecrets() {
    List<JsonNode> objects = chart.objects(NAMESPACE);
    List<JsonNode> rules = new ArrayList<>();
    Stream.of("Role", "ClusterRole")
        .flatMap(kind -> Chart.ofKind(kind, objects).stream())
        .forEach(role -> role.path("rules").forEach(rules::add));

    assertThat(rules)
        .isNotEmpty()
        .allSatisfy(
            rule -> {
              assertThat(texts(rule.path("resources")))
                  .doesNotContain("secrets", "configmaps", "*");
              assertThat(texts(rule.path("verbs"))).doesNotContain("*");
              assertThat(texts(rule.path("apiGroups"))).doesNotContain("*");
            })
        .filteredOn(rule -> texts(rule.path("resources")).contains("leases"))
        .filteredOn(rule -> !texts(rule.path("verbs")).equals(List.of("create")))
        .singleElement()
        .satisfies(
            rule -> assertThat(texts(rule.path("resourceNames"))).containsExactly("ecs-operator"));
  }

  @Test
  void theRulesNameEveryKind() {
    Set<String> kinds =
        ResourceTypes.all().stream().map(HasMetadata::getPlural).collect(Collectors.toSet());

    assertThat(Chart.ofKind("ClusterRole", chart.objects(NAMESPACE)))
        .hasSize(3)
        .allSatisfy(
            role ->
                assertThat(texts(role.at("/rules/0/resources")).stream().filter(kinds::contains))
                    .containsExactlyInAnyOrderElementsOf(kinds));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  // Metrics

  @Test
  void everyAlertLeadsToASectionOfTheRunbooks() throws IOException {
    Set<String> sections =
        Files.readString(ROOT.resolve("docs/runbooks.md"))
            .lines()
            .filter(line -> line.startsWith("## "))
            .map(line -> line.substring(3))
            .collect(Collectors.toSet());
    List<JsonNode> alerts = new ArrayList<>();
    Chart.ofKind("PrometheusRule", chart.objects(NAMESPACE, "metrics.rules.enabled=true"))
        .getFirst()
        .at("/spec/groups/0/rules")
        .forEach(alerts::add);

    assertThat(alerts)
        .extracting(alert -> alert.path("alert").asText())
        .containsExactlyInAnyOrderElementsOf(sections);
    assertThat(alerts)
        .allSatisfy(
            alert -> {
              String section = "#" + alert.path("alert").asText().toLowerCase(Locale.ROOT);
              assertThat(alert.at("/annotations/runbook").asText())
                  .isEqualTo("docs/runbooks.md" + section);
              assertThat(alert.path("annotations").has("runbook_url")).isFalse();
              assertThat(alert.path("expr").asText())
                  .containsPattern("\\{job=\"ecs-operator-system/ecs-operator\"[,}](?!namespace=)");
            });
  }

  @Test
  void alertsLinkToTheRunbooksOfTheTeam() {
    String url = "https://wiki.example.com/runbooks.md";

    assertThat(
            Chart.ofKind(
                    "PrometheusRule",
                    chart.objects(
                        NAMESPACE,
                        "metrics.rules={\"enabled\":true,\"runbookUrl\":\"" + url + "\"}"))
                .getFirst()
                .at("/spec/groups/0/rules"))
        .allSatisfy(
            alert ->
                assertThat(alert.at("/annotations/runbook_url").asText())
                    .isEqualTo(url + "#" + alert.path("alert").asText().toLowerCase(Locale.ROOT)));
  }

  @ParameterizedTest
  @CsvSource({
    "http://ecs.proxy:4580, 4580",
    "https://vpce-1.ecs.us-east-1.vpce.amazonaws.com, 443",
    "http://ecs.proxy/path, 80",
    "https://[2001:db8::1]:8443, 8443"
  })
  void theNetworkPolicyAllowsThePortOfTheEndpoint(String endpoint, String port) {
    JsonNode policy =
        Chart.ofKind(
                "NetworkPolicy",
                chart.objects(
                    NAMESPACE, "networkPolicy.enabled=true", "aws.endpoint=\"" + endpoint + "\""))
            .getFirst();

    assertThat(policy.at("/spec/egress/1/ports"))
        .extracting(allowed -> allowed.path("port").asText())
        .contains(port, "443", "6443")
        .doesNotHaveDuplicates();
  }

  /** {@code make alerts-test} runs these tests with promtool, which the tests here do not need. */
  @Test
  void everyAlertHasATestForPromtool() throws IOException {
    List<String> tested = new ArrayList<>();
    YAML.readTree(Files.readString(Path.of("src/test/prometheus/alerts-test.yaml")))
        .path("tests")
        .forEach(test -> tested.add(test.at("/alert_rule_test/1/alertname").asText()));
    List<String> alerts = new ArrayList<>();
    YAML.readTree(Files.readString(Chart.FOLDER.resolve("files/alerts.yaml")))
        .at("/groups/0/rules")
        .forEach(alert -> alerts.add(alert.path("alert").asText()));

    assertThat(tested).isNotEmpty().isEqualTo(alerts);
  }

  @ParameterizedTest
  @ValueSource(strings = {"alerts.yaml", "dashboard.json"})
  void alertsAndDashboardUseDocumentedMetrics(String file) throws IOException {
    String documented = Files.readString(ROOT.resolve("docs/metrics.md"));

    assertThat(
            Pattern.compile("\\b((?:ecs_operator|jvm)_\\w+?)(?:_bucket|_count|_sum)?\\{")
                .matcher(Files.readString(Chart.FOLDER.resolve("files").resolve(file)))
                .results()
                .map(metric -> metric.group(1))
                .distinct())
        .isNotEmpty()
        .allSatisfy(metric -> assertThat(documented).contains("`" + metric + "`"));
  }
}

package io.ecsoperator.operator.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.controlplane.model.ApiRequest;
import io.ecsoperator.operator.SimulatedOperator;
import io.ecsoperator.operator.Trees;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A user of the namespace {@code evil} writes objects that no schema has seen. Each of them gets a
 * status or is skipped; a change of another namespace is made at once, and what it owns in ECS
 * stays as it is.
 */
class HostileObjectsTest {
  private static final Duration FAIR = Duration.ofSeconds(10);
  private static final String GROUP = "ecs-operator.io/v1alpha1";
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String VICTIM = "arn:aws:ecs:us-east-1:123456789012:cluster/victim";

  private static final Map<String, String> SPECS =
      Map.of(
          "EcsCluster",
          "{'clusterName':'c','settings':[{'name':'containerInsights','value':'enabled'}],'tags':[{'key':'a','value':'b'}]}",
          "EcsCapacityProvider",
          "{'name':'p','autoScalingGroupProvider':{'autoScalingGroupArn':'arn:a','managedScaling':{'status':'ENABLED','targetCapacity':90}}}",
          "EcsTaskDefinition",
          "{'family':'f','cpu':'256','containerDefinitions':[{'name':'a','image':'i','memory':64,'environment':[{'name':'A','value':'b'}],'portMappings':[{'containerPort':80}],'dockerLabels':{'a':'b'},'logConfiguration':{'logDriver':'awslogs','options':{'a':'b'}}}],'revisionHistoryLimit':2}",
          "EcsService",
          "{'serviceName':'s','cluster':'victim','taskDefinition':'f:1','desiredCount':1,'dependsOn':[{'kind':'EcsTask','name':'t'}],'deploymentConfiguration':{'minimumHealthyPercent':50,'lifecycleHooks':[{'hookTargetArn':'arn:h','lifecycleStages':['PRE_SCALE_UP'],'hookDetails':{'a':1}}]},'progressDeadlineSeconds':60}",
          "EcsTask",
          "{'cluster':'victim','taskDefinition':'f:1','count':1,'backoffLimit':1,'activeDeadlineSeconds':60,'overrides':{'containerOverrides':[{'name':'a','environment':[{'name':'A','value':'b'}],'memory':64}]}}");

  private final SimulatedThreads threads = new SimulatedThreads(new Random(1));
  private final EcsWorld ecs = new EcsWorld();
  private final EventLog log = new EventLog(threads);
  private final SimulatedApiServer apiServer = new SimulatedApiServer(threads);
  private SimulatedReplica replica;
  private int attacks;

  @BeforeEach
  void begin() {
    ecs.begin(1, threads);
    replica = start();
    post("victims", "EcsCluster", "victim", Trees.tree("{}"), metadata -> {});
    runFor(FAIR);
    assertThat(hasReported("victims", "EcsCluster", "victim", 1)).isTrue();
  }

  @AfterEach
  void close() {
    ecs.close();
  }

  @Test
  void deepListsAndMapsInFreeFormMembers() {
    List<JsonNode> deep = new ArrayList<>();
    for (int depth : new int[] {150, 300, 900}) {
      ArrayNode lists = NODES.arrayNode();
      ObjectNode maps = NODES.objectNode();
      for (int i = 0; i < depth; i++) {
        lists = NODES.arrayNode().add(lists);
        maps = NODES.objectNode().set("a", maps);
      }
      deep.add(lists);
      deep.add(maps);
    }
    postLeaves(deep);
    othersAreServed();
  }

  @Test
  void hugeKeysAndTextsInEveryMember() {
    postLeaves(
        List.of(
            NODES.objectNode().put("k".repeat(49_000), "v"),
            NODES.textNode("t".repeat(20_000)),
            NODES.numberNode(7),
            NODES.objectNode().put("a", "b")));
    othersAreServed();
  }

  @Test
  void hugeMetadata() {
    List.of("EcsCluster", "EcsService")
        .forEach(
            kind -> {
              postWith(kind, annotation("ecs-operator.io/run-record", "x".repeat(100_000)));
              postWith(kind, annotation("ecs-operator.io/release-to", "x".repeat(100_000)));
              postWith(
                  kind, annotation("ecs-operator.io/redeploy-requested-at", "x".repeat(100_000)));
              postWith(kind, annotation("example.com/" + "k".repeat(49_000), "x"));
              postWith(kind, items("finalizers", i -> NODES.textNode("example.com/f" + i)));
              postWith(
                  kind,
                  items(
                      "ownerReferences",
                      i ->
                          NODES
                              .objectNode()
                              .put("apiVersion", GROUP)
                              .put("kind", "EcsService")
                              .put("name", "n" + i)
                              .put("uid", "u" + i)
                              .put("controller", true)));
              postWith(
                  kind,
                  items(
                      "managedFields",
                      i ->
                          NODES.objectNode().put("manager", "m" + i).set("fieldsV1", deepMap(30))));
            });
    othersAreServed();
  }

  @Test
  void brokenTextInEveryMember() {
    List<JsonNode> texts =
        Stream.of("\ud800", "\udc00x", "\u0000", "\u2028forged", "\u001b[2J", "\u202egnp", "")
            .<JsonNode>map(NODES::textNode)
            .toList();
    postLeaves(texts);
    othersAreServed();
  }

  @Test
  void numbersThatNoIntegerHoldsInEveryMember() {
    postLeaves(
        List.of(
            NODES.numberNode(new BigInteger("9223372036854775808")),
            NODES.numberNode(Long.MIN_VALUE),
            NODES.numberNode(2147483648L),
            NODES.numberNode(-1),
            NODES.numberNode(new BigDecimal("0.5")),
            NODES.numberNode(new BigDecimal("1e999")),
            NODES.numberNode(1e308)));
    othersAreServed();
  }

  @Test
  void wrongTypesAndUnknownValuesInEveryMember() {
    postLeaves(
        List.of(
            NODES.textNode("NO_SUCH_VALUE"),
            NODES.booleanNode(true),
            NullNode.getInstance(),
            NODES.arrayNode().addNull().add(1),
            NODES.objectNode().putNull("name")));
    for (String policy :
        List.of("managementPolicy", "deletionPolicy", "adoptionPolicy", "ignoreFields")) {
      SPECS.forEach(
          (kind, spec) -> {
            post(kind, Trees.tree(spec).put(policy, "plan "));
            post(kind, Trees.tree(spec).set(policy, NODES.arrayNode().add("a[").add("")));
          });
    }
    othersAreServed();
  }

  @Test
  void namesAtTheirLimits() {
    SPECS.forEach(
        (kind, spec) -> {
          post("evil", kind, "a".repeat(253), Trees.tree("{}"), metadata -> {});
          post("evil", kind, "a." + "b-".repeat(100) + "c", Trees.tree("{}"), metadata -> {});
        });
    othersAreServed();
  }

  @Test
  void takingWhatAnotherNamespaceOwns() {
    for (String name :
        List.of(
            "victim",
            VICTIM,
            VICTIM.replace("us-east-1", "eu-west-1"),
            VICTIM.replace("123456789012", "210987654321"),
            VICTIM.replace("arn:aws:", "arn:aws-cn:"))) {
      for (String owner :
          List.of("k8s/victims/EcsCluster/victim", "k8s/victims/EcsCluster/Victim ", "", "*")) {
        for (String policy : List.of("Adopt", "TakeOver")) {
          ObjectNode spec = NODES.objectNode().put("clusterName", name);
          post("EcsCluster", spec.put("adoptionPolicy", policy).put("adoptFrom", owner));
        }
      }
    }
    for (String consent :
        List.of("evil/e1", "*/*", "victims/victim", " evil/e1 ", "evil/e1,evil/e2", "evil")) {
      post(
          "evil",
          "EcsCluster",
          "consents-" + ++attacks,
          Trees.tree("{'clusterName':'victim'}"),
          metadata -> metadata.putObject("annotations").put("ecs-operator.io/release-to", consent));
    }
    runFor(FAIR);
    objects("evil", "EcsCluster")
        .forEach(
            object ->
                request(
                    "PATCH",
                    path("evil", "EcsCluster", object.at("/metadata/name").asText()) + "/status",
                    "application/merge-patch+json",
                    "{\"status\":{\"arn\":\"%s\",\"effectiveGeneration\":1,\"internal\":{\"awsLocation\":\"123456789012/us-east-1\"}}}"
                        .formatted(VICTIM)));
    runFor(FAIR);
    objects("evil", "EcsCluster").toList().forEach(this::delete);
    for (String reference :
        List.of("victims/victim", "../victims/victim", "victim.victims", "victim", VICTIM)) {
      ObjectNode spec = Trees.tree(SPECS.get("EcsService"));
      spec.remove("cluster");
      spec.putObject("clusterRef").put("name", reference).put("namespace", "victims");
      spec.putArray("dependsOn")
          .addObject()
          .put("kind", "EcsCluster")
          .put("name", reference)
          .put("namespace", "victims");
      post("EcsService", spec);
    }
    othersAreServed();
    assertThat(objects("evil", "EcsService"))
        .allSatisfy(service -> assertThat(service.at("/status/arn").isMissingNode()).isTrue());
  }

  /** The strongest forgery: the status and the annotations that an object of others has. */
  @Test
  void theStatusAndTheAnnotationsOfAnObjectOfOthersGiveNothingOfIt() {
    String onFargate =
        "{'clusterRef':{'name':'victim'},'taskDefinitionRef':{'name':'victim'},'launchType':'FARGATE','networkConfiguration':{'awsvpcConfiguration':{'subnets':['subnet-1']}}%s}";
    Map.of(
            "EcsCapacityProvider",
            SPECS.get("EcsCapacityProvider"),
            "EcsTaskDefinition",
            "{'requiresCompatibilities':['FARGATE'],'networkMode':'awsvpc','cpu':'256','memory':'512','containerDefinitions':[{'name':'app','image':'i'}]}",
            "EcsService",
            onFargate.formatted(",'desiredCount':1"),
            "EcsTask",
            onFargate.formatted(""))
        .forEach((kind, spec) -> post("victims", kind, "victim", Trees.tree(spec), metadata -> {}));
    runFor(Duration.ofMinutes(1));
    String before = victims();
    assertThat(before).contains("RUNNING", "ACTIVE", "victims/EcsService/victim");

    for (String kind : SPECS.keySet()) {
      ObjectNode victim = objects("victims", kind).findFirst().orElseThrow();
      assertThat(victim.at("/status/arn").isTextual()).as(kind).isTrue();
      JsonNode annotations = victim.at("/metadata/annotations");
      post(
          "evil",
          kind,
          "forged",
          Trees.tree(SPECS.get(kind)),
          metadata -> {
            if (annotations.isObject()) {
              metadata.set("annotations", annotations);
            }
          });
      post(
          "evil",
          kind,
          "paused",
          Trees.tree(SPECS.get(kind)).put("managementPolicy", "Plan"),
          m -> {});
      for (String name : List.of("forged", "paused")) {
        forge(kind, name, victim);
      }
    }
    runFor(Duration.ofMinutes(1));
    for (String kind : SPECS.keySet()) {
      forge(kind, "forged", objects("victims", kind).findFirst().orElseThrow());
      for (String name : List.of("forged", "paused")) {
        request("DELETE", path("evil", kind, name), "application/json", "");
      }
    }
    runFor(Duration.ofMinutes(2));

    assertThat(victims()).isEqualTo(before);
    othersAreServed();
  }

  private void forge(String kind, String name, ObjectNode victim) {
    request(
        "PATCH",
        path("evil", kind, name) + "/status",
        "application/merge-patch+json",
        NODES.objectNode().set("status", victim.get("status")).toString());
  }

  /** What the victims have in ECS, without what changes with time. */
  private String victims() {
    String tasks = ecs.read("ListTasks", "{'cluster':'victim'}").path("taskArns").toString();
    return Stream.of(
            ecs.read(
                    "DescribeServices",
                    "{'cluster':'victim','services':['victim'],'include':['TAGS']}")
                .at("/services/0"),
            ecs.read("DescribeTaskDefinition", "{'taskDefinition':'victim:1','include':['TAGS']}"),
            ecs.read("DescribeCapacityProviders", "{'capacityProviders':['p'],'include':['TAGS']}")
                .at("/capacityProviders/0"),
            ecs.read(
                    "DescribeTasks",
                    "{'cluster':'victim','tasks':" + tasks + ",'include':['TAGS']}")
                .path("tasks"))
        .map(found -> shown(found).toString())
        .collect(Collectors.joining("\n"));
  }

  private static JsonNode shown(JsonNode found) {
    if (found.isArray()) {
      ArrayNode all = NODES.arrayNode();
      found.valueStream().map(HostileObjectsTest::shown).forEach(all::add);
      return all;
    }
    ObjectNode kept = NODES.objectNode();
    found
        .properties()
        .forEach(
            member -> {
              if (List.of(
                      "status", "lastStatus", "desiredCount", "taskDefinition", "tags", "taskArn")
                  .contains(member.getKey())) {
                kept.set(
                    member.getKey(),
                    member.getValue().isObject() ? shown(member.getValue()) : member.getValue());
              }
            });
    return kept;
  }

  /** Also after a restart. */
  private void othersAreServed() {
    runFor(FAIR);
    assertThat(
            SPECS.keySet().stream()
                .flatMap(kind -> objects("evil", kind))
                .filter(object -> object.at("/status/conditions").isEmpty())
                .map(object -> object.at("/metadata/name").asText())
                .filter(name -> log.lines().stream().noneMatch(line -> isAbout(line, name))))
        .as("neither reported nor skipped")
        .isEmpty();
    changeOfTheVictimIsMade();
    assertThat(replica.isAlive()).isTrue();
    replica.kill("for a restart");
    replica = start();
    runFor(FAIR);
    changeOfTheVictimIsMade();

    JsonNode cluster =
        ecs.read("DescribeClusters", "{'clusters':['victim'],'include':['TAGS']}")
            .at("/clusters/0");
    assertThat(cluster.path("status").asText()).isEqualTo("ACTIVE");
    assertThat(cluster.path("tags").toString()).contains("k8s/victims/EcsCluster/victim");
  }

  private static boolean isAbout(String line, String name) {
    return line.contains(SimulatedReplica.UNREADABLE) && line.contains("/" + name + ",");
  }

  private void changeOfTheVictimIsMade() {
    ObjectNode victim = objects("victims", "EcsCluster").findFirst().orElseThrow().deepCopy();
    boolean enabled = victim.at("/spec/settings/0/value").asText().equals("enabled");
    victim.set(
        "spec",
        Trees.tree(
            "{'settings':[{'name':'containerInsights','value':'%s'}]}"
                .formatted(enabled ? "disabled" : "enabled")));
    request("PUT", path("victims", "EcsCluster", "victim"), "application/json", victim.toString());
    runFor(FAIR);
    assertThat(
            hasReported(
                "victims", "EcsCluster", "victim", victim.at("/metadata/generation").asLong() + 1))
        .isTrue();
  }

  private SimulatedReplica start() {
    return new SimulatedReplica(
        new SimulatedReplica.Surroundings(
            threads,
            apiServer,
            ecs,
            new Faults(new Random(1), Faults.Rates.NONE),
            SimulatedOperator.serialization(),
            log),
        "replica",
        1,
        () -> {});
  }

  /** Posts each kind once for each leaf of its spec, with one of the values in its place. */
  private void postLeaves(List<JsonNode> values) {
    SPECS
        .keySet()
        .forEach(
            kind ->
                leaves(kind, leaf -> values.get(attacks % values.size()))
                    .forEach(bad -> post(kind, bad)));
  }

  /** The spec of a kind with one leaf replaced, for each leaf. */
  private static Stream<ObjectNode> leaves(String kind, UnaryOperator<JsonNode> replace) {
    int count = count(Trees.tree(SPECS.get(kind)));
    return IntStream.range(0, count)
        .mapToObj(i -> (ObjectNode) replaced(Trees.tree(SPECS.get(kind)), new int[] {i}, replace));
  }

  private static int count(JsonNode node) {
    return node.isContainerNode() ? node.valueStream().mapToInt(c -> count(c)).sum() : 1;
  }

  private static JsonNode replaced(JsonNode node, int[] left, UnaryOperator<JsonNode> replace) {
    if (node.isObject()) {
      ObjectNode copy = NODES.objectNode();
      node.properties()
          .forEach(entry -> copy.set(entry.getKey(), replaced(entry.getValue(), left, replace)));
      return copy;
    }
    if (node.isArray()) {
      ArrayNode copy = NODES.arrayNode();
      node.forEach(item -> copy.add(replaced(item, left, replace)));
      return copy;
    }
    return left[0]-- == 0 ? replace.apply(node) : node;
  }

  private static ObjectNode deepMap(int depth) {
    ObjectNode map = NODES.objectNode();
    for (int i = 0; i < depth; i++) {
      map = NODES.objectNode().set("f:a", map);
    }
    return map;
  }

  private static Consumer<ObjectNode> annotation(String key, String value) {
    return metadata -> metadata.putObject("annotations").put(key, value);
  }

  private static Consumer<ObjectNode> items(String member, IntFunction<JsonNode> item) {
    return metadata -> {
      ArrayNode items = metadata.putArray(member);
      IntStream.range(0, 500).mapToObj(item).forEach(items::add);
    };
  }

  private void postWith(String kind, Consumer<ObjectNode> metadata) {
    post("evil", kind, "e" + ++attacks, Trees.tree(SPECS.get(kind)), metadata);
  }

  private void post(String kind, JsonNode spec) {
    post("evil", kind, "e" + ++attacks, spec, metadata -> {});
  }

  private void post(
      String namespace, String kind, String name, JsonNode spec, Consumer<ObjectNode> metadata) {
    ObjectNode object = NODES.objectNode().put("apiVersion", GROUP).put("kind", kind);
    metadata.accept(object.putObject("metadata").put("name", name));
    object.set("spec", spec);
    request("POST", path(namespace, kind, ""), "application/json", object.toString());
  }

  private void delete(ObjectNode object) {
    request(
        "DELETE",
        path("evil", "EcsCluster", object.at("/metadata/name").asText()),
        "application/json",
        "");
  }

  private void request(String method, String path, String type, String body) {
    apiServer.handle(new ApiRequest(method, List.of(path.split("/")), Map.of(), type, body));
  }

  private static String path(String namespace, String kind, String name) {
    return String.join("/", "apis", GROUP, "namespaces", namespace, plural(kind))
        + (name.isEmpty() ? "" : "/" + name);
  }

  private static String plural(String kind) {
    return kind.toLowerCase(Locale.ROOT) + "s";
  }

  private void runFor(Duration time) {
    threads.runUntil(threads.instant().plus(time));
  }

  private boolean hasReported(String namespace, String kind, String name, long generation) {
    return objects(namespace, kind)
        .filter(object -> object.at("/metadata/name").asText().equals(name))
        .filter(object -> object.at("/status/observedGeneration").asLong() == generation)
        .flatMap(object -> object.at("/status/conditions").valueStream())
        .anyMatch(
            condition ->
                condition.path("type").asText().equals("Ready")
                    && condition.path("status").asText().equals("True"));
  }

  private Stream<ObjectNode> objects(String namespace, String kind) {
    return new ArrayList<>(apiServer.model().list(GROUP + "/" + plural(kind)))
        .stream().filter(object -> object.at("/metadata/namespace").asText().equals(namespace));
  }
}

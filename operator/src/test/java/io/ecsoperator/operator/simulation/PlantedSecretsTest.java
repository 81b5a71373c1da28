package io.ecsoperator.operator.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.ecsoperator.controlplane.model.ApiRequest;
import io.ecsoperator.operator.SimulatedOperator;
import io.ecsoperator.operator.Trees;
import io.ecsoperator.operator.config.LogLines;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Secrets of many forms in all places of all kinds, and texts of AWS that repeat them. The operator
 * shows no part of them: not in status, Events and plans, in logs of either format, or in metrics.
 */
class PlantedSecretsTest {
  /** From this length on a part of a secret counts as the secret. */
  private static final int PART = 10;

  private static final String GROUP = "ecs-operator.io/v1alpha1";
  private static final Pattern PLANT = Pattern.compile("§([a-z]*)");
  private static final String LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  private static final String MORE = LETTERS + "+/=&%\"\\<>' ;:,{}[]äß√🔑";

  /** Each {@code §} becomes a secret; the letters after it name its form. */
  private static final Map<String, String> SPECS =
      Map.of(
          "EcsCluster/demo",
          "{'tags':[{'key':'deploy-token','value':'§tag'},{'key':'note','value':'§aws'}]}",
          "EcsCapacityProvider/cp",
          "{'autoScalingGroupProvider':{'autoScalingGroupArn':'arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/a'},'tags':[{'key':'password','value':'§tag'}]}",
          "EcsTaskDefinition/app",
          """
          {'requiresCompatibilities':['EC2'],'memory':'512','containerDefinitions':[{'name':'app','image':'https://user:§@registry.example/app',
           'environment':[{'name':'A','value':'§'},{'name':'B','value':'{"password":"§"}'},{'name':'C','value':'§base'},
             {'name':'D','value':'db://u:§@db.example/x?token=§'},{'name':'E','value':'§pem'},{'name':'F','value':'§short'}],
           'command':['run','--password','§','--url=https://x.example/?sig=§'],'entryPoint':['/bin/sh','-c','TOKEN=§ exec app'],
           'healthCheck':{'command':['CMD-SHELL','curl -H "X-Key: §" localhost']},
           'dockerLabels':{'traefik.auth':'§','com.example.note':'§jwt'},'workingDirectory':'/srv?token=§',
           'logConfiguration':{'logDriver':'splunk','options':{'splunk-token':'§','splunk-url':'https://u:§@log.example','tag':'§'}},
           'repositoryCredentials':{'credentialsParameter':'§'},
           'credentialSpecs':['credentialspec:ssm:§name'],'user':'§github'},
           {'name':'router','image':'fluent','memory':64,'firelensConfiguration':{'type':'fluentbit','options':{'any':'§'}}}],
           'volumes':[{'name':'v','dockerVolumeConfiguration':{'scope':'shared','driver':'local','driverOpts':{'o':'username=u,password=§'},'labels':{'l':'§'}}}],
           'proxyConfiguration':{'type':'APPMESH','containerName':'router','properties':[{'name':'ApiKey','value':'§'}]},
           'tags':[{'key':'api_key','value':'§tag'}]}
          """,
          "EcsTaskDefinition/ignored",
          "{'ignoreFields':['containerDefinitions[app].environment[A]','containerDefinitions[?token=§'],'containerDefinitions':[{'name':'app','image':'i','memory':64,'environment':[{'name':'A','value':'§'}]}]}",
          "EcsTaskDefinition/taken",
          "{'adoptionPolicy':'TakeOver','adoptFrom':'k8s/shop/EcsTaskDefinition/token=§','containerDefinitions':[{'name':'app','image':'i','memory':64}]}",
          "EcsService/web",
          "{'clusterRef':{'name':'demo'},'taskDefinitionRef':{'name':'app'},'desiredCount':1,'tags':[{'key':'secret','value':'§tag'}]}",
          "EcsService/templated",
          """
          {'clusterRef':{'name':'demo'},'desiredCount':1,'launchType':'FARGATE','networkConfiguration':{'awsvpcConfiguration':{'subnets':['subnet-1']}},'template':{'networkMode':'awsvpc','requiresCompatibilities':['FARGATE'],'cpu':'256','memory':'512','containerDefinitions':[{'name':'app','image':'i','memory':64,
           'command':['§'],'environment':[{'name':'A','value':'§'}]}]},
           'deploymentConfiguration':{'lifecycleHooks':[{'hookTargetArn':'arn:aws:lambda:us-east-1:123456789012:function:f','roleArn':'arn:aws:iam::123456789012:role/r',
             'lifecycleStages':['POST_SCALE_UP'],'hookDetails':{'a':[{'deep':'§'}]}}]},
           'serviceConnectConfiguration':{'enabled':false,'logConfiguration':{'logDriver':'awslogs','options':{'Header Authorization':'§'}}}}
          """,
          "EcsTask/job",
          "{'clusterRef':{'name':'demo'},'taskDefinitionRef':{'name':'app'},'waitFor':'Completion','backoffLimit':0,'overrides':{'containerOverrides':[{'name':'app','command':['§'],'environment':[{'name':'A','value':'§'}]}]}}");

  /** How AWS writes what it repeats. */
  @SuppressWarnings("ImmutableEnumChecker")
  enum Writing {
    AS_IT_IS(text -> text),
    AS_JSON(text -> TextNode.valueOf(text).toString()),
    AS_JSON_IN_JSON(text -> TextNode.valueOf(TextNode.valueOf(text).toString()).toString()),
    FOR_A_URL(text -> URLEncoder.encode(text, StandardCharsets.UTF_8)),
    IN_SMALL_PERCENT_CODES(
        text ->
            Pattern.compile("%..")
                .matcher(URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20"))
                .replaceAll(code -> code.group().toLowerCase(Locale.ROOT))),
    AS_HTML(
        text ->
            text.replace("&", "&amp;")
                .replace("\"", "&quot;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")),
    AS_NUMBERED_HTML(
        text ->
            text.codePoints().mapToObj(point -> "&#" + point + ";").collect(Collectors.joining())),
    IN_BASE64_TWICE(text -> base64(base64(text))),
    IN_BASE64(text -> base64("user:" + text)),
    IN_BASE64_FOR_URLS(text -> base64("u:" + text).replace('+', '-').replace('/', '_')),
    IN_HEX(text -> HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8))),
    CUT_AT_ITS_END(text -> text.substring(0, text.length() / 2 + 1) + "..."),
    CUT_AT_ITS_START(text -> "…" + text.substring(text.length() / 2));

    private final UnaryOperator<String> write;

    Writing(UnaryOperator<String> write) {
      this.write = write;
    }
  }

  private final Random random = new Random(13);
  private final List<String> secrets = new ArrayList<>();
  private final SimulatedThreads threads = new SimulatedThreads(new Random(1));
  private final EcsWorld ecs = new EcsWorld();
  private final EventLog log = new EventLog(threads);
  private final SimulatedApiServer apiServer = new SimulatedApiServer(threads);
  private final LogLines logs = new LogLines();
  private final SimulatedReplica replica;

  PlantedSecretsTest() {
    ecs.begin(1, threads);
    replica =
        new SimulatedReplica(
            new SimulatedReplica.Surroundings(
                threads,
                apiServer,
                ecs,
                new Faults(random, Faults.Rates.NONE),
                SimulatedOperator.serialization(),
                log),
            "replica",
            1,
            () -> {});
  }

  @AfterEach
  void close() {
    logs.close();
    ecs.close();
  }

  @Test
  void nothingIsShownOfWhatEcsAccepts() {
    applyAll("Manage");
    runFor(Duration.ofMinutes(3));

    assertThat(secrets).hasSizeGreaterThan(30);
    assertThat(states())
        .contains("EcsCluster/demo Ready Synced", "EcsTaskDefinition/app Ready Synced");
    nothingIsShown();
  }

  @Test
  void aPlanShowsThatSecretsChangeAndNothingOfThem() {
    applyAll("Manage");
    runFor(Duration.ofMinutes(1));
    applyAll("Plan");
    runFor(Duration.ofMinutes(1));

    assertThat(shown()).contains("environment[A]", "\"from\":\"***\",\"to\":\"***\"");
    nothingIsShown();
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsShownOfARefusalThatRepeatsTheRequest(Writing writing) {
    ecs.refuse(request -> "Bad request: " + repeated(request, writing) + ".");
    applyAll("Manage");
    runFor(Duration.ofMinutes(2));

    assertThat(shown()).contains("Bad request");
    nothingIsShown();
  }

  /** The template of the service has them, and no request of the service does. */
  @ParameterizedTest
  @EnumSource(names = {"AS_JSON_IN_JSON", "IN_BASE64", "CUT_AT_ITS_END"})
  void nothingIsShownOfTextsThatRepeatTheTaskDefinition(Writing writing) {
    applyAll("Manage");
    runFor(Duration.ofSeconds(30));
    ecs.refuse(
        request ->
            request.contains("\"service\":\"templated")
                    || request.contains("service/demo/templated")
                ? "Bad definition: " + repeated(template(), writing) + "."
                : "");
    applyAll("Manage");
    runFor(Duration.ofMinutes(2));
    assertThat(shown()).contains("Bad definition");
    nothingIsShown();
  }

  private String template() {
    return apiServer.model().list(GROUP + "/ecsservices").stream()
        .map(service -> service.at("/spec/template"))
        .filter(template -> !template.isMissingNode())
        .findFirst()
        .orElseThrow()
        .toString();
  }

  /** Every text of a request, as AWS could repeat it. */
  private static String repeated(String request, Writing writing) {
    List<String> texts = new ArrayList<>();
    collect(Trees.node(request), texts);
    return texts.stream().map(writing.write).collect(Collectors.joining("' '", "'", "'"));
  }

  private static void collect(JsonNode node, List<String> texts) {
    if (node.isTextual()) {
      texts.add(node.textValue());
    }
    node.forEach(child -> collect(child, texts));
  }

  private void applyAll(String policy) {
    SPECS.forEach(
        (name, template) -> {
          String kind = name.substring(0, name.indexOf('/'));
          ObjectNode object = JsonNodeFactory.instance.objectNode();
          object.put("apiVersion", GROUP).put("kind", kind);
          ObjectNode metadata = object.putObject("metadata");
          metadata.put("name", name.substring(name.indexOf('/') + 1)).put("namespace", "shop");
          metadata
              .putObject("annotations")
              .put("ecs-operator.io/release-to", "shop/token=" + secret(""))
              .put("kubectl.kubernetes.io/last-applied-configuration", secret(""));
          object.set("spec", planted(Trees.tree(template)));
          ((ObjectNode) object.get("spec")).put("managementPolicy", policy);
          request("PATCH", kind, metadata.get("name").asText(), object);
        });
  }

  private void request(String method, String kind, String name, ObjectNode object) {
    List<String> path =
        List.of("apis", "ecs-operator.io", "v1alpha1", "namespaces", "shop", plural(kind), name);
    int code =
        apiServer
            .handle(
                new ApiRequest(
                    method,
                    path,
                    Map.of("fieldManager", "user", "force", "true"),
                    "application/apply-patch+yaml",
                    object.toString()))
            .code();
    assertThat(code).as("%s", path).isLessThan(300);
  }

  private static String plural(String kind) {
    return kind.toLowerCase(Locale.ROOT) + "s";
  }

  private JsonNode planted(JsonNode node) {
    if (node.isTextual()) {
      return TextNode.valueOf(
          PLANT.matcher(node.textValue()).replaceAll(plant -> quoted(secret(plant))));
    }
    if (node.isArray()) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      node.forEach(item -> copy.add(planted(item)));
      return copy;
    }
    if (node.isObject()) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      node.properties().forEach(entry -> copy.set(entry.getKey(), planted(entry.getValue())));
      return copy;
    }
    return node;
  }

  private static String quoted(String text) {
    return Matcher.quoteReplacement(text);
  }

  private String secret(MatchResult plant) {
    return secret(plant.group(1));
  }

  private String secret(String form) {
    String plain = letters(LETTERS, 24);
    String secret =
        switch (form) {
          case "" -> plain;
          case "aws" -> "AKIA" + letters("ABCDEFGHJKLMNPQRSTUVWXYZ234567", 16);
          case "base" -> base64(plain);
          case "jwt" -> "eyJ" + letters(LETTERS, 20) + "." + plain + "." + letters(LETTERS, 20);
          case "github" -> "ghp_" + letters(LETTERS, 36);
          case "pem" -> letters(MORE, 40) + "\n" + letters(MORE, 40) + "\n";
          case "short" -> letters(MORE, 12);
          default -> plain;
        };
    secrets.add(secret);
    return secret;
  }

  private String letters(String alphabet, int count) {
    int[] points = alphabet.codePoints().toArray();
    return random
        .ints(count, 0, points.length)
        .mapToObj(i -> Character.toString(points[i]))
        .collect(Collectors.joining());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private void runFor(Duration time) {
    threads.runUntil(threads.instant().plus(time));
  }

  private List<String> states() {
    return objects()
        .map(
            object ->
                object.path("kind").asText()
                    + "/"
                    + object.at("/metadata/name").asText()
                    + object
                        .at("/status/conditions")
                        .valueStream()
                        .filter(condition -> condition.path("status").asText().equals("True"))
                        .map(condition -> " " + condition.path("type").asText())
                        .collect(Collectors.joining()))
        .toList();
  }

  private Stream<ObjectNode> objects() {
    return SPECS.keySet().stream()
        .map(name -> GROUP + "/" + plural(name.substring(0, name.indexOf('/'))))
        .distinct()
        .flatMap(resource -> apiServer.model().list(resource).stream());
  }

  /** All that the operator has shown at any time. */
  private String shown() {
    Stream<String> writes =
        log.lines().stream().filter(line -> line.contains("/status ") || line.contains("/events "));
    Stream<String> metrics =
        replica.metrics().getMeters().stream().map(meter -> meter.getId().toString());
    return Stream.of(writes, metrics, logs.lines().stream())
        .flatMap(lines -> lines)
        .map(line -> line.replaceFirst("^[0-9:.Z]* ", ""))
        .distinct()
        .collect(Collectors.joining("\n"));
  }

  private void nothingIsShown() {
    Map<String, String> parts = new HashMap<>();
    secrets.forEach(
        secret ->
            forms(secret)
                .forEach(
                    form -> {
                      for (int at = 0; at + PART <= form.length(); at++) {
                        parts.put(form.substring(at, at + PART), secret);
                      }
                    }));
    Map<String, String> found = new HashMap<>();
    for (String text : readings(shown())) {
      for (int at = 0; at + PART <= text.length(); at++) {
        String secret = parts.get(text.substring(at, at + PART));
        if (secret != null) {
          found.put(
              secret, text.substring(Math.max(0, at - 200), Math.min(text.length(), at + 60)));
        }
      }
    }
    assertThat(found).isEmpty();
  }

  /** The text, and without the escapes that it may have. */
  private static List<String> readings(String text) {
    List<String> readings = new ArrayList<>(List.of(text));
    String plain = text;
    for (int i = 0; i < 3; i++) {
      plain = plain.replace("\\\"", "\"").replace("\\\\", "\\").replace("\\n", "\n");
      readings.add(plain);
    }
    readings.add(
        Pattern.compile("(?:%[0-9a-fA-F]{2})+")
            .matcher(text.replace('+', ' '))
            .replaceAll(
                codes ->
                    quoted(
                        new String(
                            HexFormat.of().parseHex(codes.group().replace("%", "")),
                            StandardCharsets.UTF_8))));
    readings.add(
        Pattern.compile("&#([0-9]+);")
            .matcher(text)
            .replaceAll(point -> quoted(Character.toString(Integer.parseInt(point.group(1))))));
    readings.add(
        plain
            .replace("&quot;", "\"")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&"));
    return readings;
  }

  /** The secret, and what is in its place where AWS encodes it, alone or within another text. */
  private static List<String> forms(String secret) {
    List<String> forms = new ArrayList<>(List.of(secret));
    for (String before : List.of("", "x", "xx")) {
      String encoded = base64(before + secret + "xx");
      String within = encoded.substring(4, encoded.length() - 4);
      forms.add(within);
      forms.add(within.replace('+', '-').replace('/', '_'));
    }
    forms.add(HexFormat.of().formatHex(secret.getBytes(StandardCharsets.UTF_8)));
    // Without the padding, which is the same for all.
    String twice = base64(base64(secret));
    forms.add(twice.substring(0, twice.length() - 6));
    return forms;
  }
}

package io.ecsoperator.e2e.iam;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.localecs.calls.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The IAM policies have the operations that the code can call, and no others. The test beds compare
 * their call logs with the policies as well.
 */
class IamPolicyTest {
  private static final String KINDS = "io.ecsoperator.operator.kinds.";
  private static final String OWNER_OF_RESOURCE = "aws:ResourceTag/ecs-operator.io/owner";
  private static final String OWNER_IN_REQUEST = "aws:RequestTag/ecs-operator.io/owner";

  /** The most characters of a managed policy, without white space. */
  private static final int MOST_CHARACTERS = 6144;

  /** What the template of CloudFormation has in place of a word in the files. */
  private static final Map<String, String> PLACEHOLDERS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("ACCOUNT_ID", "${AWS::AccountId}"),
              Map.entry("EKS_CLUSTER", "${EksCluster}"),
              Map.entry("FORMER_OWNER_ID", "${FormerOwnerId}"),
              Map.entry("INFRASTRUCTURE_ROLE_ARN", "${InfrastructureRoles}"),
              Map.entry("NAMESPACE", "${Namespace}"),
              Map.entry("OIDC_PROVIDER", "${OidcProvider}"),
              Map.entry("OWNER_ID", "${OwnerId}"),
              Map.entry("PARTITION", "${AWS::Partition}"),
              Map.entry("REGION", "${AWS::Region}"),
              Map.entry("SERVICE_ACCOUNT", "${ServiceAccount}"),
              Map.entry("TASK_ROLE_ARN", "${TaskRoles}")));

  /** Operations whose permission AWS asks for on another call of the feature. */
  private static final Map<String, String[]> CALLED_BY_AWS =
      Map.of("capacity-providers", new String[] {"PutClusterCapacityProviders"});

  /** The inline policies of a role, without white space. */
  private static final int MOST_CHARACTERS_OF_A_ROLE = 10_240;

  /** What takes the place of the placeholders, such as the ARNs of roles. */
  private static final int ROOM_FOR_VALUES = 2_500;

  private final IamPolicies policies = IamPolicies.read();
  private final Map<String, SortedSet<String>> callable = CallableOperations.byPackage();

  @Test
  void thePoliciesAllowTheOperationsThatTheCodeCanCallAndNoOthers() {
    assertThat(policies.operations())
        .containsExactlyElementsOf(
            callable.values().stream()
                .flatMap(Set::stream)
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @ParameterizedTest
  @CsvSource({
    "cluster, clusters",
    "capacityprovider, capacity-providers",
    "taskdefinition, task-definitions",
    "service, services",
    "task, tasks"
  })
  void aFeatureHasTheOperationsOfItsKindAndTags(String kind, String feature) {
    assertThat(callable).containsKey(KINDS + kind);
    assertThat(policies.operations(name -> name.equals(feature) || name.equals("observe")))
        .containsAll(callable.get(KINDS + kind));
    assertThat(policies.operations(feature::equals))
        .contains("UntagResource", "TagResource")
        .allMatch(Call::isWrite)
        .isSubsetOf(
            with(
                with(callable.get(KINDS + kind), "TagResource", "UntagResource"),
                CALLED_BY_AWS.getOrDefault(feature, new String[0])));
  }

  @Test
  void allPoliciesFitIntoOneRole() throws IOException {
    int characters = 0;
    for (Path file : IamPolicies.files("policies")) {
      characters += Files.readString(file).replaceAll("\\s", "").length();
    }

    assertThat(characters).isLessThan(MOST_CHARACTERS_OF_A_ROLE - ROOM_FOR_VALUES);
  }

  @Test
  void theTrustIsForTheNamespaceOfTheInstallation() throws IOException {
    String install = Files.readString(Path.of("../docs/install.md"));
    Matcher namespace =
        Pattern.compile("helm install \\S+ \\S+ --namespace (\\S+)").matcher(install);

    assertThat(namespace.find()).isTrue();
    assertThat(Files.readString(IamPolicies.FOLDER.resolve("terraform/variables.tf")))
        .containsPattern("\"namespace\" \\{[^}]*default +=\\s*\"" + namespace.group(1) + "\"");
    assertThat(template())
        .containsPattern("Namespace:\\s+Type: String\\s+Default: " + namespace.group(1) + "\n");
  }

  @Test
  void onlyTheKindsAndTheirTagsWrite() {
    assertThat(callable)
        .allSatisfy(
            (where, operations) -> {
              if (!where.startsWith(KINDS)) {
                assertThat(operations.stream().filter(Call::isWrite))
                    .isSubsetOf("TagResource", "UntagResource");
              }
            });
  }

  @Test
  void observingWritesNothing() {
    assertThat(policies.operations("observe"::equals)).noneMatch(Call::isWrite);
  }

  @Test
  void everyWriteIsBoundToAnOwnerTag() {
    assertThat(policies.byFeature().values().stream().flatMap(List::stream))
        .filteredOn(
            statement -> statement.operations().anyMatch(Call::isWrite) && !ecsHasNoTags(statement))
        .isNotEmpty()
        .allMatch(
            statement ->
                conditions(statement.condition())
                    .anyMatch(
                        Set.of(OWNER_OF_RESOURCE, OWNER_IN_REQUEST, "ecs:CreateAction")::contains));
  }

  @Test
  void noResourceIsTaggedAsThatOfAnotherInstallation() {
    assertThat(policies.byFeature().values().stream().flatMap(List::stream))
        .filteredOn(statement -> statement.actions().contains("ecs:TagResource"))
        .hasSizeGreaterThan(8)
        .allSatisfy(
            statement -> {
              JsonNode condition = statement.condition();
              boolean isOfCreateRequest = condition.at("/StringEquals").has("ecs:CreateAction");
              assertThat(
                      isOfCreateRequest
                          || Stream.of("StringLike", "StringLikeIfExists")
                              .map(operator -> condition.path(operator).path(OWNER_IN_REQUEST))
                              .anyMatch(owner -> owner.asText().equals("OWNER_ID/*")))
                  .as("%s", statement)
                  .isTrue();
            });
  }

  @Test
  void noFileNamesAPartition() throws IOException {
    for (Path file : files()) {
      assertThat(Files.readString(file)).doesNotContain("arn:aws");
    }
    assertThat(template()).doesNotContain("arn:aws:");
  }

  /** ECS supports neither resources nor conditions for this operation. */
  private static boolean ecsHasNoTags(IamPolicies.Statement statement) {
    return statement.actions().equals(List.of("ecs:DeregisterTaskDefinition"));
  }

  @Test
  void rolesArePassedByArnAndToOneServiceOfEcs() {
    assertThat(policies.byFeature().values().stream().flatMap(List::stream))
        .filteredOn(statement -> statement.actions().contains("iam:PassRole"))
        .hasSize(2)
        .allSatisfy(
            statement -> {
              assertThat(statement.resource().toString()).endsWith("ROLE_ARN\"]");
              assertThat(statement.condition().at("/StringEquals/iam:PassedToService").asText())
                  .isIn("ecs-tasks.amazonaws.com", "ecs.amazonaws.com");
            });
  }

  @Test
  void noStatementAllowsMoreThanItNames() {
    assertThat(policies.byFeature().values().stream().flatMap(List::stream))
        .allSatisfy(statement -> assertThat(statement.actions()).noneMatch(a -> a.contains("*")))
        .filteredOn(statement -> statement.operations().anyMatch(Call::isWrite))
        .filteredOn(statement -> !ecsHasNoTags(statement))
        .noneMatch(statement -> statement.resource().asText().equals("*"));
  }

  @Test
  void aRoleIsTakenOnlyByTheOperatorsServiceAccount() throws IOException {
    assertThat(Files.readString(IamPolicies.FOLDER.resolve("trust/irsa.json")))
        .contains("system:serviceaccount:NAMESPACE:SERVICE_ACCOUNT");
    assertThat(Files.readString(IamPolicies.FOLDER.resolve("trust/pod-identity.json")))
        .contains(
            "\"aws:RequestTag/kubernetes-namespace\": \"NAMESPACE\"",
            "\"aws:RequestTag/kubernetes-service-account\": \"SERVICE_ACCOUNT\"");
  }

  static List<Path> files() {
    return Stream.of("policies", "trust")
        .flatMap(folder -> IamPolicies.files(folder).stream())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("files")
  void thePageAndTheTemplateHaveEachFile(Path file) throws IOException {
    String json = Files.readString(file);
    String feature = file.getFileName().toString().replace(".json", "");

    assertThat(json.replaceAll("\\s", "")).hasSizeLessThan(MOST_CHARACTERS);
    assertThat(Files.readString(Path.of("../docs/iam.md")))
        .contains("### " + feature + "\n", "```json\n" + json + "```");
    assertThat(withoutIndent(template())).contains(withoutIndent(parameters(json)));
  }

  @Test
  void thePageAndTheTemplateHaveNoOtherPolicy() throws IOException {
    assertThat(count("```json", Files.readString(Path.of("../docs/iam.md"))))
        .isEqualTo(files().size());
    assertThat(count("\"Version\"", template())).isEqualTo(files().size());
  }

  @Test
  void terraformReplacesEachPlaceholderOfTheFiles() throws IOException {
    String module = Files.readString(IamPolicies.FOLDER.resolve("terraform/main.tf"));
    Set<String> used = new TreeSet<>();
    for (Path file : files()) {
      Pattern.compile("[A-Z]+_[A-Z_]*[A-Z]|PARTITION|REGION|NAMESPACE")
          .matcher(Files.readString(file))
          .results()
          .map(MatchResult::group)
          .forEach(used::add);
    }

    assertThat(PLACEHOLDERS.keySet()).containsExactlyElementsOf(used);
    assertThat(module).contains("/(" + String.join("|", used) + ")/");
    assertThat(used).allSatisfy(name -> assertThat(module).containsPattern(name + " +="));
  }

  private static String parameters(String json) {
    return Pattern.compile(String.join("|", PLACEHOLDERS.keySet()))
        .matcher(json)
        .replaceAll(match -> Matcher.quoteReplacement(PLACEHOLDERS.get(match.group())));
  }

  private static String template() throws IOException {
    return Files.readString(IamPolicies.FOLDER.resolve("cloudformation.yaml"));
  }

  private static String withoutIndent(String text) {
    return text.replaceAll("(?m)^ +", "");
  }

  private static Stream<String> conditions(JsonNode condition) {
    return condition.properties().stream()
        .flatMap(operator -> operator.getValue().properties().stream())
        .map(Map.Entry::getKey);
  }

  private static SortedSet<String> with(Set<String> operations, String... more) {
    SortedSet<String> all = new TreeSet<>(operations);
    all.addAll(List.of(more));
    return all;
  }

  private static int count(String part, String text) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }
}

package io.ecsoperator.operator.cache;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ecs.EcsClient;

class WriteEffectsTest {
  private static final String ARN = "arn:aws:ecs:eu-central-1:1:";
  private static final Path MAIN = Path.of("src/main/java/io/ecsoperator/operator");
  private static final Observation ABSENT = new Observation.Absent();

  private final WriteEffects effects = new WriteEffects(Keys.RESOURCES, Keys.KEYS);

  @Test
  void aCreatedServiceIsAsAnsweredWithTheTagsOfTheRequestIfTheAnswerHasNone() {
    WriteEffects.ExpectedState state =
        state(
            "CreateService",
            "{'cluster':'c','serviceName':'s','tags':[{'key':'k','value':'v'}]}",
            "{'service':" + service("") + "}");

    assertThat(state.key()).isEqualTo(Keys.service("c", "s"));
    assertThat(state.tree().apply(Optional.empty()))
        .contains(tree(service(",'tags':[{'key':'k','value':'v'}]")));
  }

  @Test
  void anUpdatedServiceKeepsTheTagsThatTheAnswerDoesNotShow() {
    WriteEffects.ExpectedState state =
        state(
            "UpdateService",
            "{'cluster':'c','service':'s','desiredCount':1}",
            "{'service':" + service(",'desiredCount':1,'tags':[]") + "}");

    assertThat(state.tree().apply(Optional.of(tree(service(",'tags':[{'key':'k','value':'v'}]")))))
        .contains(tree(service(",'desiredCount':1,'tags':[{'key':'k','value':'v'}]")));
  }

  @Test
  void withoutAStoredDescriptionTheAnswerOfAnUpdateIsNotEnough() {
    WriteEffects.ExpectedState state =
        state(
            "UpdateService",
            "{'cluster':'c','service':'s','desiredCount':1}",
            "{'service':" + service(",'desiredCount':1") + "}");

    assertThat(state.tree().apply(Optional.empty())).isEmpty();
  }

  @Test
  void anUpdatedClusterKeepsSettingsAndConfigurationThatTheAnswerDoesNotShow() {
    WriteEffects.ExpectedState state =
        state(
            "PutClusterCapacityProviders",
            "{'cluster':'c','capacityProviders':['FARGATE'],'defaultCapacityProviderStrategy':[]}",
            "{'cluster':{'clusterName':'c','status':'ACTIVE','capacityProviders':['FARGATE'],'settings':[]}}");

    assertThat(
            state
                .tree()
                .apply(
                    Optional.of(
                        tree(
                            "{'clusterName':'c','settings':[{'name':'containerInsights','value':'enabled'}],'configuration':{'a':1}}"))))
        .contains(
            tree(
                "{'clusterName':'c','status':'ACTIVE','capacityProviders':['FARGATE'],'settings':[{'name':'containerInsights','value':'enabled'}],'configuration':{'a':1}}"));
  }

  @Test
  void aRegistrationShowsTheRevisionAndTheFamily() {
    List<WriteEffects.ExpectedState> all =
        effects.of(
            "RegisterTaskDefinition",
            tree("{'family':'f','tags':[{'key':'k','value':'v'}]}"),
            tree(
                "{'taskDefinition':{'taskDefinitionArn':'"
                    + ARN
                    + "task-definition/f:2','revision':2,'status':'ACTIVE'}}"));

    assertThat(all)
        .extracting(WriteEffects.ExpectedState::key)
        .containsExactly(Keys.taskDefinition("f:2"), Keys.taskDefinition("f"));
    assertThat(all)
        .allSatisfy(
            state -> {
              assertThat(state.tree().apply(Optional.empty()).orElseThrow().path("tags"))
                  .isEqualTo(tree("{'tags':[{'key':'k','value':'v'}]}").path("tags"));
              assertThat(shows(state, "{'revision':1}")).isFalse();
              assertThat(shows(state, "{'revision':2}")).isTrue();
              assertThat(shows(state, "{'revision':3}")).isTrue();
              assertThat(state.visibleIn().apply(Optional.empty()).test(ABSENT)).isFalse();
            });
  }

  @Test
  void eachStartedTaskIsShown() {
    List<WriteEffects.ExpectedState> all =
        effects.of(
            "RunTask",
            tree("{'cluster':'c','taskDefinition':'f'}"),
            tree(
                "{'tasks':[{'clusterArn':'ARNcluster/c','taskArn':'ARNtask/c/1'},{'clusterArn':'ARNcluster/c','taskArn':'ARNtask/c/2'}]}"
                    .replace("ARN", ARN)));

    assertThat(all)
        .extracting(WriteEffects.ExpectedState::key)
        .containsExactly(Keys.task("c", "1"), Keys.task("c", "2"));
    assertThat(all).noneMatch(state -> state.visibleIn().apply(Optional.empty()).test(ABSENT));
    assertThat(all).allMatch(state -> shows(state, "{'lastStatus':'PROVISIONING'}"));
  }

  @Test
  void tagsAreSetAndReplacedByKey() {
    WriteEffects.ExpectedState state =
        state(
            "TagResource",
            "{'resourceArn':'"
                + ARN
                + "service/c/s','tags':[{'key':'a','value':'2'},{'key':'b','value':'3'}]}",
            "{}");

    assertThat(state.key()).isEqualTo(Keys.service("c", "s"));
    assertThat(
            state
                .tree()
                .apply(
                    Optional.of(
                        tree("{'tags':[{'key':'a','value':'1'},{'key':'z','value':'0'}]}"))))
        .contains(
            tree(
                "{'tags':[{'key':'z','value':'0'},{'key':'a','value':'2'},{'key':'b','value':'3'}]}"));
    assertThat(shows(state, "{'tags':[{'key':'a','value':'2'}]}")).isFalse();
    assertThat(shows(state, "{'tags':[{'key':'b','value':'3'},{'key':'a','value':'2'}]}")).isTrue();
    assertThat(state.visibleIn().apply(Optional.empty()).test(ABSENT)).isTrue();
  }

  @Test
  void tagsAreRemovedByKey() {
    WriteEffects.ExpectedState state =
        state("UntagResource", "{'resourceArn':'" + ARN + "cluster/c','tagKeys':['a']}", "{}");

    assertThat(state.key()).isEqualTo(Keys.cluster("c"));
    assertThat(
            state
                .tree()
                .apply(
                    Optional.of(
                        tree("{'tags':[{'key':'a','value':'1'},{'key':'z','value':'0'}]}"))))
        .contains(tree("{'tags':[{'key':'z','value':'0'}]}"));
    assertThat(shows(state, "{'tags':[{'key':'a','value':'1'}]}")).isFalse();
    assertThat(shows(state, "{'tags':[]}")).isTrue();
  }

  @Test
  void tagsAndStateAreDifferentAspects() {
    assertThat(
            state("TagResource", "{'resourceArn':'" + ARN + "cluster/c','tags':[]}", "{}").aspect())
        .isNotEqualTo(
            state("CreateCluster", "{}", "{'cluster':{'clusterName':'default'}}").aspect());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # what was read | shows it
          ABSENT                                                              | false
          {'createdAt':10,'status':'ACTIVE'}                                  | true
          {'createdAt':11,'status':'ACTIVE'}                                  | true
          {'createdAt':9,'status':'INACTIVE'}                                 | false
          {'createdAt':10,'status':'DRAINING'}                                | true
          """)
  void aReadShowsTheCreationOfAService(String read, boolean expected) {
    WriteEffects.ExpectedState state =
        state(
            "CreateService",
            "{'cluster':'c','serviceName':'s'}",
            "{'service':{'serviceName':'s','createdAt':10,'status':'ACTIVE'}}");

    assertThat(test(state, read)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ABSENT                                                              | false
          {'createdAt':10,'status':'ACTIVE','desiredCount':1,D2}              | false
          {'createdAt':10,'status':'ACTIVE','desiredCount':2,D1}              | false
          {'createdAt':10,'status':'ACTIVE','desiredCount':2,D2}              | true
          {'createdAt':10,'status':'ACTIVE','desiredCount':2,D3}              | true
          {'createdAt':10,'status':'ACTIVE','desiredCount':2,D2,'events':[1]} | true
          {'createdAt':10,'status':'DRAINING','desiredCount':0}               | true
          {'createdAt':12,'status':'ACTIVE','desiredCount':9}                 | true
          {'createdAt':8,'status':'INACTIVE'}                                 | false
          """)
  void aReadShowsTheUpdateOfAService(String read, boolean expected) {
    WriteEffects.ExpectedState state =
        state(
            "UpdateService",
            "{'cluster':'c','service':'s','desiredCount':2,'forceNewDeployment':true}",
            deployments(
                "{'service':{'serviceName':'s','createdAt':10,'status':'ACTIVE','desiredCount':2,D2}}"));

    assertThat(test(state, deployments(read))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          still the deployment before                 | {'id':'1','status':'PRIMARY','createdAt':1,'updatedAt':1} | false
          the deployment, which failed                | {'id':'1','status':'PRIMARY','createdAt':1,'updatedAt':1},{'id':'2','status':'ACTIVE','createdAt':2,'updatedAt':2} | true
          the deployment before, to which it returned | {'id':'1','status':'PRIMARY','createdAt':1,'updatedAt':3} | true
          the deployment of a later update            | {'id':'3','status':'PRIMARY','createdAt':3,'updatedAt':3} | true
          the deployment before, changed before       | {'id':'1','status':'PRIMARY','createdAt':1,'updatedAt':2} | false
          """)
  void aReadShowsWhatBecameOfTheDeploymentThatAnUpdateStarted(
      String shown, String deployments, boolean expected) {
    WriteEffects.ExpectedState state =
        state(
            "UpdateService",
            "{'cluster':'c','service':'s','taskDefinition':'web:2'}",
            "{'service':{'serviceName':'s','status':'ACTIVE','taskDefinition':'web:2','deployments':["
                + "{'id':'2','status':'PRIMARY','createdAt':2,'updatedAt':2},"
                + "{'id':'1','status':'ACTIVE','createdAt':1,'updatedAt':1}]}}");

    assertThat(
            test(
                state,
                Optional.of(
                    "{'deployments':[{'id':'1','status':'PRIMARY','createdAt':1,'updatedAt':1}]}"),
                "{'status':'ACTIVE','taskDefinition':'web:1','deployments':[" + deployments + "]}"))
        .as(shown)
        .isEqualTo(expected);
  }

  @Test
  void aReadThatLacksAChangeOfTheCountIsOlderThoughItHasTheDeploymentOfTheAnswer() {
    String deployments =
        "'deployments':[{'id':'1','status':'PRIMARY','createdAt':1,'updatedAt':1}]";
    WriteEffects.ExpectedState state =
        state(
            "UpdateService",
            "{'cluster':'c','service':'s','desiredCount':2}",
            "{'service':{'serviceName':'s','status':'ACTIVE','desiredCount':2,"
                + deployments
                + "}}");

    assertThat(
            test(
                state,
                Optional.of("{'desiredCount':1," + deployments + "}"),
                "{'status':'ACTIVE','desiredCount':1," + deployments + "}"))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          UPDATE_COMPLETE | UPDATE_COMPLETE | false
          UPDATE_COMPLETE | UPDATE_FAILED   | true
          CREATE_COMPLETE | UPDATE_FAILED   | true
          """)
  void aReadShowsWhatBecameOfTheUpdateOfACapacityProvider(
      String before, String read, boolean expected) {
    WriteEffects.ExpectedState state =
        state(
            "UpdateCapacityProvider",
            "{'name':'p','autoScalingGroupProvider':{'managedDraining':'ENABLED'}}",
            "{'capacityProvider':{'name':'p','status':'ACTIVE','updateStatus':'UPDATE_IN_PROGRESS',"
                + "'autoScalingGroupProvider':{'managedDraining':'ENABLED'}}}");

    assertThat(
            test(
                state,
                Optional.of("{'status':'ACTIVE','updateStatus':'" + before + "'}"),
                "{'status':'ACTIVE','updateStatus':'"
                    + read
                    + "','autoScalingGroupProvider':{'managedDraining':'DISABLED'}}"))
        .isEqualTo(expected);
  }

  @Test
  void aReadShowsThatTheCapacityProvidersOfAClusterCouldNotBeAttached() {
    WriteEffects.ExpectedState state =
        state(
            "PutClusterCapacityProviders",
            "{'cluster':'c','capacityProviders':['A','B'],'defaultCapacityProviderStrategy':[]}",
            "{'cluster':{'clusterName':'c','status':'ACTIVE','capacityProviders':['A','B'],"
                + "'attachmentsStatus':'UPDATE_IN_PROGRESS'}}");
    Optional<String> before =
        Optional.of("{'capacityProviders':['A'],'attachmentsStatus':'UPDATE_COMPLETE'}");

    assertThat(
            test(
                state,
                before,
                "{'status':'ACTIVE','capacityProviders':['A'],'attachmentsStatus':'UPDATE_COMPLETE'}"))
        .isFalse();
    assertThat(
            test(
                state,
                before,
                "{'status':'ACTIVE','capacityProviders':['A'],'attachmentsStatus':'UPDATE_FAILED'}"))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ABSENT                               | true
          {'createdAt':10,'status':'ACTIVE'}   | false
          {'createdAt':10,'status':'DRAINING'} | true
          {'createdAt':10,'status':'INACTIVE'} | true
          {'createdAt':9,'status':'INACTIVE'}  | false
          {'createdAt':11,'status':'ACTIVE'}   | true
          """)
  void aReadShowsTheDeletionOfAService(String read, boolean expected) {
    WriteEffects.ExpectedState state =
        state(
            "DeleteService",
            "{'cluster':'c','service':'s'}",
            "{'service':{'serviceName':'s','createdAt':10,'status':'DRAINING'}}");

    assertThat(test(state, read)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ABSENT                    | false
          {'status':'INACTIVE'}     | false
          {'status':'PROVISIONING'} | true
          {'status':'ACTIVE'}       | true
          """)
  void aReadShowsTheCreationOfACluster(String read, boolean expected) {
    assertThat(test(cluster("CreateCluster", "'status':'ACTIVE'"), read)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ABSENT                                                | false
          {'status':'ACTIVE','capacityProviders':['A']}         | false
          {'status':'ACTIVE','capacityProviders':['B','A']}     | true
          {'status':'INACTIVE','capacityProviders':[]}          | true
          """)
  void aReadShowsTheUpdateOfACluster(String read, boolean expected) {
    WriteEffects.ExpectedState state =
        state(
            "PutClusterCapacityProviders",
            "{'cluster':'c','capacityProviders':['A','B'],'defaultCapacityProviderStrategy':[]}",
            "{'cluster':{'clusterName':'c','status':'ACTIVE','capacityProviders':['A','B'],'defaultCapacityProviderStrategy':[]}}");

    assertThat(test(state, read)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ABSENT                      | true
          {'status':'ACTIVE'}         | false
          {'status':'DEPROVISIONING'} | true
          {'status':'INACTIVE'}       | true
          """)
  void aReadShowsTheDeletionOfACluster(String read, boolean expected) {
    assertThat(test(cluster("DeleteCluster", "'status':'INACTIVE'"), read)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ABSENT                      | true
          {'desiredStatus':'RUNNING'} | false
          {'desiredStatus':'STOPPED'} | true
          """)
  void aReadShowsTheStopOfATask(String read, boolean expected) {
    WriteEffects.ExpectedState state =
        state(
            "StopTask",
            "{'cluster':'c','task':'1'}",
            "{'task':{'taskArn':'" + ARN + "task/c/1','desiredStatus':'STOPPED'}}");

    assertThat(state.key()).isEqualTo(Keys.task("c", "1"));
    assertThat(test(state, read)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ABSENT                          | true
          {'status':'ACTIVE'}             | false
          {'status':'INACTIVE'}           | true
          {'status':'DELETE_IN_PROGRESS'} | true
          """)
  void aReadShowsADeregistration(String read, boolean expected) {
    WriteEffects.ExpectedState state =
        state(
            "DeregisterTaskDefinition",
            "{'taskDefinition':'f:1'}",
            "{'taskDefinition':{'taskDefinitionArn':'"
                + ARN
                + "task-definition/f:1','status':'INACTIVE'}}");

    assertThat(state.key()).isEqualTo(Keys.taskDefinition("f:1"));
    assertThat(test(state, read)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CreateCluster            | {'clusterName':'c'}                               | cluster:c
          CreateCluster            | {}                                                | cluster:default
          UpdateCluster            | {'cluster':'c'}                                   | cluster:c
          DeleteCluster            | {'cluster':'ARNcluster/c'}                        | cluster:c
          CreateService            | {'cluster':'c','serviceName':'s'}                 | service:c/s
          UpdateService            | {'cluster':'ARNcluster/c','service':'ARNservice/c/s'} | service:c/s
          DeleteService            | {'service':'s'}                                   | service:default/s
          StopTask                 | {'cluster':'c','task':'ARNtask/c/1'}              | task:c/1
          RegisterTaskDefinition   | {'family':'f'}                                    | task_definition:f
          DeregisterTaskDefinition | {'taskDefinition':'f:3'}                          | task_definition:f:3 task_definition:f
          DeleteTaskDefinitions    | {'taskDefinitions':['f:3','ARNtask-definition/g:1']} | task_definition:f:3 task_definition:f task_definition:g:1 task_definition:g
          TagResource              | {'resourceArn':'ARNtask-definition/f:3'}          | task_definition:f:3
          TagResource              | {'resourceArn':'ARNtask/c/1'}                     | task:c/1
          TagResource              | {'resourceArn':'ARNcontainer-instance/c/1'}       | ''
          StopServiceDeployment    | {'serviceDeploymentArn':'ARNservice-deployment/c/s/x'} | service:c/s
          RunTask                  | {'cluster':'c'}                                   | ''
          StartTask                | {'cluster':'c'}                                   | ''
          ContinueServiceDeployment | {'serviceDeploymentArn':'ARNservice-deployment/c/s/x'} | service:c/s
          CreateCapacityProvider   | {'name':'p'}                                      | capacity_provider:p
          UpdateCapacityProvider   | {'name':'p','cluster':'c'}                        | capacity_provider:p
          DeleteCapacityProvider   | {'capacityProvider':'ARNcapacity-provider/p'}     | capacity_provider:p
          TagResource              | {'resourceArn':'ARNcapacity-provider/p'}          | capacity_provider:p
          TagResource              | {'resourceArn':'ARNservice/s'}                    | ''
          """)
  void aRequestNamesTheResourcesThatItTouches(String operation, String request, String expected) {
    List<String> touched =
        effects.touched(operation, tree(request.replace("ARN", ARN))).stream()
            .map(
                key ->
                    key.resource().name()
                        + ":"
                        + (key.cluster().isEmpty() ? "" : key.cluster() + "/")
                        + key.id())
            .toList();

    assertThat(String.join(" ", touched)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ABSENT                                        | false
          {'status':'INACTIVE'}                         | false
          {'status':'PROVISIONING'}                     | true
          {'status':'ACTIVE'}                           | true
          """)
  void aReadShowsTheCreationOfACapacityProvider(String read, boolean expected) {
    WriteEffects.ExpectedState state =
        state(
            "CreateCapacityProvider",
            "{'name':'p','tags':[{'key':'k','value':'v'}]}",
            "{'capacityProvider':{'name':'p','status':'PROVISIONING'}}");

    assertThat(state.key()).isEqualTo(Keys.capacityProvider("p"));
    assertThat(state.tree().apply(Optional.empty()))
        .contains(tree("{'name':'p','status':'PROVISIONING','tags':[{'key':'k','value':'v'}]}"));
    assertThat(test(state, read)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ABSENT                                                                         | false
          {'status':'ACTIVE','autoScalingGroupProvider':{'managedDraining':'DISABLED'}}  | false
          {'status':'ACTIVE','autoScalingGroupProvider':{'managedDraining':'ENABLED'}}   | true
          {'status':'DEPROVISIONING'}                                                    | true
          """)
  void aReadShowsTheUpdateOfACapacityProvider(String read, boolean expected) {
    WriteEffects.ExpectedState state =
        state(
            "UpdateCapacityProvider",
            "{'name':'p','autoScalingGroupProvider':{'managedDraining':'ENABLED'}}",
            "{'capacityProvider':{'name':'p','status':'ACTIVE',"
                + "'autoScalingGroupProvider':{'managedDraining':'ENABLED'}}}");

    assertThat(test(state, read)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          DELETE_IN_PROGRESS | ABSENT                                               | true
          DELETE_IN_PROGRESS | {'status':'ACTIVE'}                                  | false
          DELETE_IN_PROGRESS | {'status':'ACTIVE','updateStatus':'DELETE_FAILED'}   | false
          DELETE_IN_PROGRESS | {'status':'ACTIVE','updateStatus':'DELETE_COMPLETE'} | true
          DELETE_FAILED      | {'status':'ACTIVE','updateStatus':'DELETE_FAILED'}   | true
          DELETE_IN_PROGRESS | {'status':'INACTIVE'}                                | true
          """)
  void aReadShowsTheDeletionOfACapacityProvider(String answer, String read, boolean expected) {
    WriteEffects.ExpectedState state =
        state(
            "DeleteCapacityProvider",
            "{'capacityProvider':'p'}",
            "{'capacityProvider':{'name':'p','status':'ACTIVE','updateStatus':'" + answer + "'}}");

    assertThat(test(state, read)).isEqualTo(expected);
  }

  @Test
  void aWriteThatNoTableKnowsIsAnError() {
    assertThatThrownBy(() -> effects.requireRule("PutAccountSetting"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("PutAccountSetting");
    assertThatThrownBy(() -> effects.touched("PutAccountSetting", tree("{}")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> effects.of("PutAccountSetting", tree("{}"), tree("{}")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void everyWriteThatAKindOrTheEngineNamesHasARule() throws IOException {
    Set<String> operations = new TreeSet<>();
    for (String part : List.of("kinds", "engine")) {
      try (Stream<Path> sources = Files.walk(MAIN.resolve(part))) {
        for (Path source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
          if (!source.toString().endsWith("Resource.java")) {
            operations.addAll(writesNamedIn(Files.readString(source)));
          }
        }
      }
    }

    assertThat(operations).contains("CreateCluster", "RunTask", "TagResource");
    assertThat(operations)
        .allSatisfy(
            operation ->
                assertThatCode(() -> effects.requireRule(operation)).doesNotThrowAnyException());
  }

  private static Set<String> writesNamedIn(String source) {
    Set<String> operations =
        Arrays.stream(EcsClient.class.getMethods())
            .map(Method::getName)
            .map(name -> Character.toUpperCase(name.charAt(0)) + name.substring(1))
            .filter(name -> !name.matches("(Describe|List|Get|Discover).*"))
            .collect(Collectors.toSet());
    return Pattern.compile("\"([A-Z]\\w+)\"")
        .matcher(source)
        .results()
        .map(result -> result.group(1))
        .filter(operations::contains)
        .collect(Collectors.toSet());
  }

  private WriteEffects.ExpectedState cluster(String operation, String members) {
    return state(
        operation,
        "{'clusterName':'c','cluster':'c'}",
        "{'cluster':{'clusterName':'c'," + members + "}}");
  }

  private WriteEffects.ExpectedState state(String operation, String request, String answer) {
    return effects.of(operation, tree(request), tree(answer)).getFirst();
  }

  private static boolean shows(WriteEffects.ExpectedState state, String read) {
    return state.visibleIn().apply(Optional.empty()).test(new Observation.Present(tree(read)));
  }

  /** Nothing was stored before the write. */
  private static boolean test(WriteEffects.ExpectedState state, String read) {
    return test(state, Optional.empty(), read);
  }

  private static boolean test(
      WriteEffects.ExpectedState state, Optional<String> before, String read) {
    return state
        .visibleIn()
        .apply(before.map(json -> tree(json)))
        .test(read.equals("ABSENT") ? ABSENT : new Observation.Present(tree(read)));
  }

  private static String service(String more) {
    return "{'serviceName':'s','clusterArn':'" + ARN + "cluster/c'" + more + "}";
  }

  /**
   * D2 stands for the deployment that the update answered, D1 for the one before, D3 for a newer.
   */
  private static String deployments(String json) {
    return json.replace("D1", "'deployments':[{'id':'1','status':'PRIMARY','createdAt':1}]")
        .replace(
            "D2",
            "'deployments':[{'id':'2','status':'PRIMARY','createdAt':2},{'id':'1','status':'ACTIVE','createdAt':1}]")
        .replace("D3", "'deployments':[{'id':'3','status':'PRIMARY','createdAt':3}]");
  }
}

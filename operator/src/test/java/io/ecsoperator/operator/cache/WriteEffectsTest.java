package io.ecsoperator.operator.cache;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WriteEffectsTest {
  private static final String ARN = "arn:aws:ecs:eu-central-1:1:";
  private static final Observation ABSENT = new Observation.Absent();

  private final ResourceKeys keys = new ResourceKeys("eu-central-1");
  private final WriteEffects effects = new WriteEffects(keys);

  @Test
  void aCreatedServiceIsAsAnsweredWithTheTagsOfTheRequestWhereTheAnswerHasNone() {
    ExpectedState effect =
        effect(
            "CreateService",
            "{'cluster':'c','serviceName':'s','tags':[{'key':'k','value':'v'}]}",
            "{'service':" + service("") + "}");

    assertThat(effect.key()).isEqualTo(keys.service("c", "s"));
    assertThat(effect.tree().apply(Optional.empty()))
        .contains(tree(service(",'tags':[{'key':'k','value':'v'}]")));
  }

  @Test
  void anUpdatedServiceKeepsTheTagsThatTheAnswerDoesNotShow() {
    ExpectedState effect =
        effect(
            "UpdateService",
            "{'cluster':'c','service':'s','desiredCount':1}",
            "{'service':" + service(",'desiredCount':1,'tags':[]") + "}");

    assertThat(effect.tree().apply(Optional.of(tree(service(",'tags':[{'key':'k','value':'v'}]")))))
        .contains(tree(service(",'desiredCount':1,'tags':[{'key':'k','value':'v'}]")));
  }

  @Test
  void withoutKnowingWhatWasThereAnUpdatesAnswerIsNotEnough() {
    ExpectedState effect =
        effect(
            "UpdateService",
            "{'cluster':'c','service':'s','desiredCount':1}",
            "{'service':" + service(",'desiredCount':1") + "}");

    assertThat(effect.tree().apply(Optional.empty())).isEmpty();
  }

  @Test
  void aClusterWithoutAnswerToIncludesKeepsSettingsAndConfiguration() {
    ExpectedState effect =
        effect(
            "PutClusterCapacityProviders",
            "{'cluster':'c','capacityProviders':['FARGATE'],'defaultCapacityProviderStrategy':[]}",
            "{'cluster':{'clusterName':'c','status':'ACTIVE','capacityProviders':['FARGATE'],'settings':[]}}");

    assertThat(
            effect
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
  void aRegistrationIsKnownByRevisionAndByFamily() {
    List<ExpectedState> all =
        effects.of(
            "RegisterTaskDefinition",
            tree("{'family':'f','tags':[{'key':'k','value':'v'}]}"),
            tree(
                "{'taskDefinition':{'taskDefinitionArn':'"
                    + ARN
                    + "task-definition/f:2','revision':2,'status':'ACTIVE'}}"));

    assertThat(all)
        .extracting(ExpectedState::key)
        .containsExactly(keys.taskDefinition("f:2"), keys.taskDefinition("f"));
    assertThat(all)
        .allSatisfy(
            effect -> {
              assertThat(effect.tree().apply(Optional.empty()).orElseThrow().path("tags"))
                  .isEqualTo(tree("{'tags':[{'key':'k','value':'v'}]}").path("tags"));
              assertThat(reflects(effect, "{'revision':1}")).isFalse();
              assertThat(reflects(effect, "{'revision':2}")).isTrue();
              assertThat(reflects(effect, "{'revision':3}")).isTrue();
              assertThat(effect.reflectedIn().test(ABSENT)).isFalse();
            });
  }

  @Test
  void startedTasksAreKnownEach() {
    List<ExpectedState> all =
        effects.of(
            "RunTask",
            tree("{'cluster':'c','taskDefinition':'f'}"),
            tree(
                "{'tasks':[{'clusterArn':'ARNcluster/c','taskArn':'ARNtask/c/1'},{'clusterArn':'ARNcluster/c','taskArn':'ARNtask/c/2'}]}"
                    .replace("ARN", ARN)));

    assertThat(all)
        .extracting(ExpectedState::key)
        .containsExactly(keys.task("c", "1"), keys.task("c", "2"));
    assertThat(all).noneMatch(effect -> effect.reflectedIn().test(ABSENT));
    assertThat(all).allMatch(effect -> reflects(effect, "{'lastStatus':'PROVISIONING'}"));
  }

  @Test
  void tagsAreSetAndReplacedByKey() {
    ExpectedState effect =
        effect(
            "TagResource",
            "{'resourceArn':'"
                + ARN
                + "service/c/s','tags':[{'key':'a','value':'2'},{'key':'b','value':'3'}]}",
            "{}");

    assertThat(effect.key()).isEqualTo(keys.service("c", "s"));
    assertThat(
            effect
                .tree()
                .apply(
                    Optional.of(
                        tree("{'tags':[{'key':'a','value':'1'},{'key':'z','value':'0'}]}"))))
        .contains(
            tree(
                "{'tags':[{'key':'z','value':'0'},{'key':'a','value':'2'},{'key':'b','value':'3'}]}"));
    assertThat(reflects(effect, "{'tags':[{'key':'a','value':'2'}]}")).isFalse();
    assertThat(reflects(effect, "{'tags':[{'key':'b','value':'3'},{'key':'a','value':'2'}]}"))
        .isTrue();
    assertThat(effect.reflectedIn().test(ABSENT)).isTrue();
  }

  @Test
  void tagsAreTakenOffByKey() {
    ExpectedState effect =
        effect("UntagResource", "{'resourceArn':'" + ARN + "cluster/c','tagKeys':['a']}", "{}");

    assertThat(effect.key()).isEqualTo(keys.cluster("c"));
    assertThat(
            effect
                .tree()
                .apply(
                    Optional.of(
                        tree("{'tags':[{'key':'a','value':'1'},{'key':'z','value':'0'}]}"))))
        .contains(tree("{'tags':[{'key':'z','value':'0'}]}"));
    assertThat(reflects(effect, "{'tags':[{'key':'a','value':'1'}]}")).isFalse();
    assertThat(reflects(effect, "{'tags':[]}")).isTrue();
  }

  @Test
  void tagsAndStateStandBesideEachOther() {
    assertThat(
            effect("TagResource", "{'resourceArn':'" + ARN + "cluster/c','tags':[]}", "{}")
                .aspect())
        .isNotEqualTo(
            effect("CreateCluster", "{}", "{'cluster':{'clusterName':'default'}}").aspect());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # what was read | reflects it
          ABSENT                                                              | false
          {'createdAt':10,'status':'ACTIVE'}                                  | true
          {'createdAt':11,'status':'ACTIVE'}                                  | true
          {'createdAt':9,'status':'INACTIVE'}                                 | false
          {'createdAt':10,'status':'DRAINING'}                                | true
          """)
  void aReadReflectsTheCreationOfAService(String read, boolean expected) {
    ExpectedState effect =
        effect(
            "CreateService",
            "{'cluster':'c','serviceName':'s'}",
            "{'service':{'serviceName':'s','createdAt':10,'status':'ACTIVE'}}");

    assertThat(test(effect.reflectedIn(), read)).isEqualTo(expected);
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
  void aReadReflectsTheUpdateOfAService(String read, boolean expected) {
    ExpectedState effect =
        effect(
            "UpdateService",
            "{'cluster':'c','service':'s','desiredCount':2,'forceNewDeployment':true}",
            deployments(
                "{'service':{'serviceName':'s','createdAt':10,'status':'ACTIVE','desiredCount':2,D2}}"));

    assertThat(test(effect.reflectedIn(), deployments(read))).isEqualTo(expected);
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
  void aReadReflectsTheDeletionOfAService(String read, boolean expected) {
    ExpectedState effect =
        effect(
            "DeleteService",
            "{'cluster':'c','service':'s'}",
            "{'service':{'serviceName':'s','createdAt':10,'status':'DRAINING'}}");

    assertThat(test(effect.reflectedIn(), read)).isEqualTo(expected);
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
  void aReadReflectsTheCreationOfACluster(String read, boolean expected) {
    assertThat(test(cluster("CreateCluster", "'status':'ACTIVE'").reflectedIn(), read))
        .isEqualTo(expected);
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
  void aReadReflectsTheUpdateOfACluster(String read, boolean expected) {
    ExpectedState effect =
        effect(
            "PutClusterCapacityProviders",
            "{'cluster':'c','capacityProviders':['A','B'],'defaultCapacityProviderStrategy':[]}",
            "{'cluster':{'clusterName':'c','status':'ACTIVE','capacityProviders':['A','B'],'defaultCapacityProviderStrategy':[]}}");

    assertThat(test(effect.reflectedIn(), read)).isEqualTo(expected);
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
  void aReadReflectsTheDeletionOfACluster(String read, boolean expected) {
    assertThat(test(cluster("DeleteCluster", "'status':'INACTIVE'").reflectedIn(), read))
        .isEqualTo(expected);
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
  void aReadReflectsTheStopOfATask(String read, boolean expected) {
    ExpectedState effect =
        effect(
            "StopTask",
            "{'cluster':'c','task':'1'}",
            "{'task':{'taskArn':'" + ARN + "task/c/1','desiredStatus':'STOPPED'}}");

    assertThat(effect.key()).isEqualTo(keys.task("c", "1"));
    assertThat(test(effect.reflectedIn(), read)).isEqualTo(expected);
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
  void aReadReflectsADeregistration(String read, boolean expected) {
    ExpectedState effect =
        effect(
            "DeregisterTaskDefinition",
            "{'taskDefinition':'f:1'}",
            "{'taskDefinition':{'taskDefinitionArn':'"
                + ARN
                + "task-definition/f:1','status':'INACTIVE'}}");

    assertThat(effect.key()).isEqualTo(keys.taskDefinition("f:1"));
    assertThat(test(effect.reflectedIn(), read)).isEqualTo(expected);
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
          PutAccountSetting        | {}                                                | ''
          """)
  void aRequestTellsWhatItTouches(String operation, String request, String expected) {
    List<String> touched =
        effects.touched(operation, tree(request.replace("ARN", ARN))).stream()
            .map(
                key ->
                    key.kind().name().toLowerCase(Locale.ROOT)
                        + ":"
                        + (key.cluster().isEmpty() ? "" : key.cluster() + "/")
                        + key.id())
            .toList();

    assertThat(String.join(" ", touched)).isEqualTo(expected);
  }

  private ExpectedState cluster(String operation, String members) {
    return effect(
        operation,
        "{'clusterName':'c','cluster':'c'}",
        "{'cluster':{'clusterName':'c'," + members + "}}");
  }

  private ExpectedState effect(String operation, String request, String answer) {
    return effects.of(operation, tree(request), tree(answer)).getFirst();
  }

  private static boolean reflects(ExpectedState effect, String read) {
    return effect.reflectedIn().test(new Observation.Present(tree(read)));
  }

  private static boolean test(Predicate<Observation> reflectedIn, String read) {
    return reflectedIn.test(read.equals("ABSENT") ? ABSENT : new Observation.Present(tree(read)));
  }

  private static String service(String more) {
    return "{'serviceName':'s','clusterArn':'" + ARN + "cluster/c'" + more + "}";
  }

  /** D2 is what the update answered; D1 the deployment before it, D3 one after it. */
  private static String deployments(String json) {
    return json.replace("D1", "'deployments':[{'id':'1','status':'PRIMARY','createdAt':1}]")
        .replace(
            "D2",
            "'deployments':[{'id':'2','status':'PRIMARY','createdAt':2},{'id':'1','status':'ACTIVE','createdAt':1}]")
        .replace("D3", "'deployments':[{'id':'3','status':'PRIMARY','createdAt':3}]");
  }
}

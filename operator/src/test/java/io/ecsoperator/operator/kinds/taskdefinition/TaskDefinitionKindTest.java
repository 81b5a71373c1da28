package io.ecsoperator.operator.kinds.taskdefinition;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.crds.service.EcsServiceStatus.ObservedService;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinitionStatus;
import io.ecsoperator.operator.Decisions;
import io.ecsoperator.operator.FakeReader;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.plan.Plan;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskDefinitionKindTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String ARN = "arn:aws:ecs:eu-central-1:1:task-definition/web:1";
  private static final Wanted WEB =
      Wanted.taskDefinition("{'containerDefinitions':[{'name':'app','image':'a','memory':64}]}");

  private final FakeReader reader = new FakeReader();
  private final Objects objects = new Objects();
  private final TaskDefinitionKind kind = new TaskDefinitionKind(TestKinds.dependencies(objects));

  @Test
  void aRegistrationThatWasNotSentIsNotPending() {
    EcsTaskDefinitionStatus before = kind.emptyStatus();
    Plan.Call register = new Plan.Call("RegisterTaskDefinition", tree("{}"), List.of());

    EcsTaskDefinitionStatus deferred =
        kind.onDeferred(before, before.withPendingRegistration("hash"), register);

    assertThat(deferred.pendingRegistration()).isNull();
  }

  @Test
  void onlyServicesThatAreExpectedToFollowAreWaitedFor() {
    EcsTaskDefinitionStatus status = registered();
    objects
        .with(service("managed", Wanted.service("{}"), false))
        .with(service("observing", Wanted.service("{'managementPolicy':'Observe'}"), false))
        .with(service("ignoring", Wanted.service("{'ignoreFields':['taskDefinition']}"), false))
        .with(
            service(
                "elsewhere",
                Wanted.service("{'deploymentController':{'type':'CODE_DEPLOY'}}"),
                false))
        .with(
            service(
                "of task sets",
                Wanted.service("{'deploymentController':{'type':'EXTERNAL'}}"),
                false))
        .with(service("paused", Wanted.service("{}").annotated("paused", "true"), false))
        .with(service("going", Wanted.service("{}").deletedAt(NOW), false))
        .with(service("stalled", Wanted.service("{}"), true));

    Decision<EcsTaskDefinitionStatus> decision =
        Decisions.decide(kind, WEB.context(status, NOW), reader);

    assertThat(Decisions.readyState(decision)).isEqualTo("Reconciling/WaitingForServices");
    assertThat(Decisions.message(decision)).endsWith("target yet: managed.");
  }

  @Test
  void servicesKeepTheirDefinitionUnlessItIsRetained() {
    EcsTaskDefinition web = (EcsTaskDefinition) WEB.object();
    web.setStatus(registered());
    objects.with(web).with(service("managed", Wanted.service("{}"), false));
    reader
        .answers((operation, request) -> tree("{'taskDefinitionArns':['" + ARN + "']}"))
        .shows(ARN, new Observation.Present(revision()));

    Decision<EcsTaskDefinitionStatus> deleting =
        Decisions.decide(kind, WEB.deletedAt(NOW).context(registered(), NOW), reader);
    Decision<EcsTaskDefinitionStatus> retaining =
        Decisions.decide(
            kind,
            WEB.with("deletionPolicy", "Retain").deletedAt(NOW).context(registered(), NOW),
            reader);

    assertThat(Decisions.readyState(deleting)).isEqualTo("Reconciling/WaitingForDependents");
    assertThat(Decisions.onlyCall(retaining).operation()).isEqualTo("UntagResource");
  }

  /** The status once revision 1 is there, and known to ECS. */
  private EcsTaskDefinitionStatus registered() {
    reader
        .shows(ARN, new Observation.Present(revision()))
        .shows("web", new Observation.Present(revision()));
    return Decisions.done(Decisions.decide(kind, WEB.context(kind.emptyStatus(), NOW), reader))
        .status();
  }

  private static EcsService service(String name, Wanted wanted, boolean stalled) {
    EcsService service = (EcsService) wanted.named(name).object();
    CommonStatus common = CommonStatus.unknown().withArn("arn:service");
    if (stalled) {
      common =
          new CommonStatus(
              1L,
              null,
              null,
              null,
              List.of(new Condition("Stalled", "True", "Refused", "no", 1L, NOW.toString())),
              null,
              null,
              null,
              null);
    }
    EcsServiceStatus unknown = EcsServiceStatus.unknown();
    ObservedService old =
        new ObservedService(null, null, ARN + "0", null, null, null, null, null, null);
    service.setStatus(
        new EcsServiceStatus(
            common,
            old,
            unknown.rollout(),
            unknown.cluster(),
            unknown.createAttempts(),
            unknown.selector()));
    return service;
  }

  private static ObjectNode revision() {
    return tree(
        "{'taskDefinitionArn':'"
            + ARN
            + "','family':'web','revision':1,'status':'ACTIVE',"
            + "'containerDefinitions':[{'name':'app','image':'a','memory':64}],'tags':["
            + "{'key':'ecs-operator.io/owner','value':'k8s/shop/EcsTaskDefinition/web'}]}");
  }
}

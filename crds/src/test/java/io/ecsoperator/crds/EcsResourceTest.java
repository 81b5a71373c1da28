package io.ecsoperator.crds;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

class EcsResourceTest {
  @Test
  void aNullInASpecIsTheSameAsAnAbsentMember() {
    EcsTaskDefinition definition =
        Serialization.unmarshal(
            """
            apiVersion: ecs-operator.io/v1alpha1
            kind: EcsTaskDefinition
            metadata: {name: web}
            spec:
              pidMode: null
              volumes: null
              containerDefinitions:
                - {name: web, command: null, dockerLabels: {a: null, b: c}}
            """,
            EcsTaskDefinition.class);

    assertThat(definition.getSpec())
        .hasToString(
            "{\"containerDefinitions\":[{\"name\":\"web\",\"dockerLabels\":{\"b\":\"c\"}}]}");
  }

  @Test
  void anEmptyTextIsTheSameAsAnAbsentMemberWhereItIsNoValue() {
    EcsTaskDefinition definition =
        Serialization.unmarshal(
            """
            apiVersion: ecs-operator.io/v1alpha1
            kind: EcsTaskDefinition
            metadata: {name: web}
            spec:
              family: ''
              taskRoleArn: ''
              cpu: ''
              networkMode: ''
              tags: [{key: team, value: ''}]
              containerDefinitions:
                - name: web
                  user: ''
                  command: ['']
                  environment: [{name: EMPTY, value: ''}]
                  dockerLabels: {empty: ''}
                  logConfiguration: {logDriver: '', options: {empty: ''}}
            """,
            EcsTaskDefinition.class);

    assertThat(definition.getSpec())
        .hasToString(
            """
            {"tags":[{"key":"team","value":""}],"containerDefinitions":[{"name":"web",\
            "command":[""],"environment":[{"name":"EMPTY","value":""}],\
            "dockerLabels":{"empty":""},"logConfiguration":{"options":{"empty":""}}}]}""");
  }

  @Test
  void aSpecThatIsNullStaysSo() {
    EcsTaskDefinition definition = new EcsTaskDefinition();

    definition.setSpec(null);

    assertThat(definition.getSpec()).isNull();
  }
}

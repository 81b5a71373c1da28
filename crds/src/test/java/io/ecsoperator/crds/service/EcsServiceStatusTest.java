package io.ecsoperator.crds.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class EcsServiceStatusTest {
  private final ObjectMapper mapper = new ObjectMapper();

  @Test
  void theRevisionIsTheEndOfTheTaskDefinitionArn() throws JsonProcessingException {
    EcsServiceStatus status =
        mapper.readValue(
            """
            {"taskDefinition": "arn:aws:ecs:eu-central-1:111122223333:task-definition/web:7"}
            """,
            EcsServiceStatus.class);

    assertThat(mapper.valueToTree(status).get("revision").textValue()).isEqualTo("web:7");
  }

  @Test
  void aStatusReadsBackAsWritten() throws JsonProcessingException {
    EcsServiceStatus status =
        mapper.readValue(
            """
            {"observedGeneration": 3, "taskDefinition": "web:7", "runningCount": 2}
            """,
            EcsServiceStatus.class);

    assertThat(mapper.readValue(mapper.writeValueAsString(status), EcsServiceStatus.class))
        .isEqualTo(status);
  }

  @Test
  void withoutATaskDefinitionThereIsNoRevision() throws JsonProcessingException {
    EcsServiceStatus status = mapper.readValue("{}", EcsServiceStatus.class);

    assertThat(mapper.valueToTree(status).has("revision")).isFalse();
  }
}

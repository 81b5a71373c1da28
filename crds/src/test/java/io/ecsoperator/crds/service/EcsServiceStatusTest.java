package io.ecsoperator.crds.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class EcsServiceStatusTest {
  private final ObjectMapper mapper = new ObjectMapper();

  @Test
  void tasksAreTheRunningAndTheDesiredCount() throws JsonProcessingException {
    EcsServiceStatus status =
        mapper.readValue(
            """
            {"runningCount": 1, "desiredCount": 2}
            """,
            EcsServiceStatus.class);

    assertThat(mapper.valueToTree(status).get("tasks").textValue()).isEqualTo("1/2");
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

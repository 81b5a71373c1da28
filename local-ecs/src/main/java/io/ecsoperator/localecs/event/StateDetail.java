package io.ecsoperator.localecs.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.ecsoperator.sdkschema.SdkJson;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import software.amazon.awssdk.core.SdkPojo;

/** Converts a description to an event detail: without tags, with times as text. */
public final class StateDetail {
  private static final SdkJson CODEC = new SdkJson();

  private StateDetail() {}

  /**
   * @param state a task or a container instance
   * @param updatedAt the time of the change
   */
  public static ObjectNode of(SdkPojo state, Instant updatedAt) {
    ObjectNode detail = CODEC.encode(state);
    detail.remove(List.of("tags", "fargateEphemeralStorage"));
    detail
        .path("attachments")
        .forEach(
            attachment -> {
              if (attachment.path("type").asText().equals("ElasticNetworkInterface")) {
                ((ObjectNode) attachment).put("type", "eni");
              }
            });
    writeTimes(detail);
    return detail.put("updatedAt", EventBridge.time(updatedAt));
  }

  private static void writeTimes(JsonNode node) {
    node.forEach(StateDetail::writeTimes);
    if (node instanceof ObjectNode object) {
      object
          .properties()
          .forEach(
              member -> {
                if (member.getKey().endsWith("At") && member.getValue().isNumber()) {
                  member.setValue(TextNode.valueOf(text(member.getValue().decimalValue())));
                }
              });
    }
  }

  private static String text(BigDecimal epochSeconds) {
    return EventBridge.time(Instant.ofEpochMilli(epochSeconds.movePointRight(3).longValue()));
  }
}

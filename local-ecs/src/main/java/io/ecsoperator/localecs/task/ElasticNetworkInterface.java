package io.ecsoperator.localecs.task;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ecs.model.Attachment;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.NetworkInterface;

/** The elastic network interface of a task in awsvpc mode: PRECREATED, ATTACHED, DELETED. */
final class ElasticNetworkInterface {
  private static final String TYPE = "ElasticNetworkInterface";
  private static final String SUBNET = "subnetId";
  private static final String ID = "networkInterfaceId";
  private static final String ADDRESS = "privateIPv4Address";

  private ElasticNetworkInterface() {}

  static Attachment precreated(String id, String subnet) {
    return Attachment.builder()
        .id(id)
        .type(TYPE)
        .status("PRECREATED")
        .details(detail(SUBNET, subnet))
        .build();
  }

  /**
   * The attached interface. Id and addresses are derived from the task, so that the same seed gives
   * the same ones.
   */
  static Attachment attached(Attachment attachment, String taskArn) {
    byte[] bytes = taskArn.getBytes(StandardCharsets.UTF_8);
    String digits = UUID.nameUUIDFromBytes(bytes).toString().replace("-", "");
    int[] octets =
        digits.substring(0, 8).codePoints().map(digit -> Character.digit(digit, 16)).toArray();
    List<KeyValuePair> details = new ArrayList<>(attachment.details());
    details.add(detail(ID, "eni-0" + digits.substring(0, 16)));
    details.add(
        detail("macAddress", "0a:" + digits.substring(16, 26).replaceAll("(..)(?!$)", "$1:")));
    details.add(
        detail(
            ADDRESS,
            "10.0."
                + (octets[0] * 16 + octets[1])
                + "."
                + Math.clamp(octets[2] * 16 + octets[3], 4, 254)));
    return attachment.toBuilder().status("ATTACHED").details(details).build();
  }

  static Attachment deleted(Attachment attachment) {
    return attachment.toBuilder().status("DELETED").build();
  }

  static List<NetworkInterface> ofContainer(List<Attachment> attachments) {
    return attachments.stream()
        .filter(attachment -> attachment.type().equals(TYPE))
        .map(ElasticNetworkInterface::details)
        .map(
            details ->
                NetworkInterface.builder()
                    .attachmentId(details.get("attachment"))
                    .privateIpv4Address(details.get(ADDRESS))
                    .build())
        .toList();
  }

  private static Map<String, String> details(Attachment attachment) {
    Map<String, String> details =
        attachment.details().stream()
            .collect(Collectors.toMap(KeyValuePair::name, KeyValuePair::value));
    details.put("attachment", attachment.id());
    return details;
  }

  private static KeyValuePair detail(String name, String value) {
    return KeyValuePair.builder().name(name).value(value).build();
  }
}

package io.ecsoperator.sdkschema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** One instance of every request and every response of a service at a time. */
class SdkJsonPropertiesTest {
  private final SdkJson json = new SdkJson();
  private final ObjectMapper mapper = new ObjectMapper();

  @Provide
  Arbitrary<List<SdkPojo>> ecs() {
    return oneOfEach(EcsClient.class);
  }

  @Provide
  Arbitrary<List<SdkPojo>> sqs() {
    return oneOfEach(SqsClient.class);
  }

  private static Arbitrary<List<SdkPojo>> oneOfEach(Class<? extends SdkClient> client) {
    List<Arbitrary<SdkPojo>> instances =
        SdkOperation.all(client).values().stream()
            .flatMap(operation -> Stream.of(operation.requestType(), operation.responseType()))
            .map(type -> SdkArbitraries.instancesOf(type).map(SdkPojo.class::cast))
            .toList();
    return Combinators.combine(instances).as(List::copyOf);
  }

  @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
  void everyEcsRequestAndResponseRoundTripsThroughJson(@ForAll("ecs") List<SdkPojo> instances)
      throws JsonProcessingException {
    roundTrip(instances);
  }

  @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
  void everySqsRequestAndResponseRoundTripsThroughJson(@ForAll("sqs") List<SdkPojo> instances)
      throws JsonProcessingException {
    roundTrip(instances);
  }

  private void roundTrip(List<SdkPojo> instances) throws JsonProcessingException {
    for (SdkPojo instance : instances) {
      String text = mapper.writeValueAsString(json.encode(instance));
      ObjectNode tree = (ObjectNode) mapper.readTree(text);

      assertThat((Object) json.decode(tree, instance.getClass())).as(text).isEqualTo(instance);
    }
  }
}

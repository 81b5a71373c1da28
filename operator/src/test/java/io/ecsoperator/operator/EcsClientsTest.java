package io.ecsoperator.operator;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.aws.quota.QuotaSettings;
import io.ecsoperator.operator.leader.NotLeaderException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The order of what a call passes on its way to ECS. */
class EcsClientsTest {
  private final List<String> sent = new ArrayList<>();
  private final List<ObjectKey> reported = new ArrayList<>();
  private boolean leading = true;

  @Test
  void leadershipThatIsLostWhileCredentialsAreCheckedStopsTheWrite() {
    Ecs ecs =
        EcsClients.decorate(
            new Slow(),
            reported::add,
            () -> leading,
            QuotaSettings.off(),
            new VirtualTime(),
            (delay, task) -> {},
            object -> {},
            new SimpleMeterRegistry());

    assertThatThrownBy(
            () -> ecs.write("CreateCluster", tree("{}"), CallContext.of(Priority.CHANGE)))
        .isInstanceOf(NotLeaderException.class);
    assertThat(sent).containsExactly("DescribeClusters");
    assertThat(reported).isEmpty();
  }

  /** Takes so long to say where new credentials belong that another replica leads meanwhile. */
  private final class Slow implements Ecs {
    @Override
    public Response read(String operation, ObjectNode request, CallContext callContext) {
      sent.add(operation);
      leading = false;
      return Response.of(tree("{}"), Optional.empty());
    }

    @Override
    public Response write(String operation, ObjectNode request, CallContext callContext) {
      sent.add(operation);
      return Response.of(tree("{}"), Optional.empty());
    }

    @Override
    public String region() {
      return "eu-west-1";
    }

    @Override
    public Optional<String> credentialsId() {
      return Optional.of("new");
    }
  }
}

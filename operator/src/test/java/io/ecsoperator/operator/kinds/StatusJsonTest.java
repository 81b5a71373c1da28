package io.ecsoperator.operator.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.engine.Kind;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StatusJsonTest {
  static List<Kind<?, ?, ?>> kinds() {
    return TestKinds.all();
  }

  /** The API server refuses members that the schema does not declare, such as of a getter. */
  @ParameterizedTest
  @MethodSource("kinds")
  void anEmptyStatusHasNoMembers(Kind<?, ?, ?> kind) {
    EcsStatus status = kind.emptyStatus();

    assertThat(new ObjectMapper().valueToTree(status).toString()).isEqualTo("{}");
  }
}

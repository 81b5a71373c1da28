package io.ecsoperator.operator;

import io.ecsoperator.operator.cache.AwsResource;
import io.ecsoperator.operator.config.AdoptionSettings;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.kinds.Kinds;
import java.time.Duration;
import java.util.List;

/** All kinds, in a namespace without objects. */
public final class TestKinds {
  private TestKinds() {}

  public static List<Kind<?, ?, ?>> all() {
    return Kinds.all(
        new Kind.Dependencies(
            new Objects(),
            new Ownership(new Owner("k8s"), AdoptionSettings.ALL_UNTAGGED),
            new Timing(
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                Duration.ofMinutes(10),
                Duration.ofMinutes(5),
                Duration.ofSeconds(60))));
  }

  public static List<AwsResource> awsResources() {
    return Kinds.awsResources(all());
  }
}

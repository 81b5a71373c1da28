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
  public static final Timing TIMING =
      new Timing(
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofMinutes(10),
          Duration.ofMinutes(1),
          Duration.ofSeconds(60));

  private TestKinds() {}

  /** What a kind needs, with these objects of Kubernetes; it may adopt what has no owner. */
  public static Kind.Dependencies dependencies(Objects objects) {
    return new Kind.Dependencies(
        objects, new Ownership(new Owner("k8s"), AdoptionSettings.ALL_UNTAGGED), TIMING);
  }

  public static List<Kind<?, ?, ?>> all() {
    return Kinds.all(dependencies(new Objects()));
  }

  public static List<AwsResource> awsResources() {
    return Kinds.awsResources(all());
  }
}

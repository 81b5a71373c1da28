package io.ecsoperator.localecs;

import static io.ecsoperator.localecs.Fixtures.container;
import static io.ecsoperator.localecs.Fixtures.register;
import static io.ecsoperator.localecs.Fixtures.registerWeb;
import static io.ecsoperator.localecs.Fixtures.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ecsoperator.localecs.script.ContainerScript;
import io.ecsoperator.localecs.world.WorldClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.CapacityProvider;
import software.amazon.awssdk.services.ecs.model.CapacityProviderField;
import software.amazon.awssdk.services.ecs.model.Tag;

class StateTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void file() {
    file = folder.resolve("world");
  }

  private LocalEcsOptions options() {
    return LocalEcsOptions.defaults().withClock(WorldClock.virtual());
  }

  private LocalEcs start() {
    return LocalEcs.start(options().withState(file));
  }

  /** A rollout half-way, with a failing job and two tasks by hand. */
  private static void liveALittle(LocalEcs ecs) {
    EcsClient client = ecs.client();
    client.createCluster(c -> c.clusterName("shop"));
    registerWeb(client);
    client.createService(
        service(4)
            .enableECSManagedTags(true)
            .tags(Tag.builder().key("a").value("b").build())
            .build());
    ecs.advance(Duration.ofMinutes(3));
    ecs.scripts().forImage("broken:1", ContainerScript.cannotBePulled("gone"));
    register(client, "web", container("web", c -> c.image("broken:1")));
    client.updateService(u -> u.cluster("shop").service("web").taskDefinition("web"));
    assertThatThrownBy(() -> client.deleteService(d -> d.cluster("shop").service("web")));
    ecs.advance(Duration.ofSeconds(20));
  }

  @Test
  void theWorldIsWhereItWasAndGoesOnAsIfNothingHadHappened() {
    try (LocalEcs unbroken = LocalEcs.start(options())) {
      liveALittle(unbroken);
      try (LocalEcs first = start()) {
        liveALittle(first);
      }
      try (LocalEcs second = start()) {
        assertThat(second.now()).isEqualTo(unbroken.now());
        assertThat(WorldDump.of(second.client()))
            .isEqualTo(WorldDump.of(unbroken.client()))
            .contains("PENDING", "RUNNING");

        second.advance(Duration.ofMinutes(30));
        unbroken.advance(Duration.ofMinutes(30));
        registerWeb(second.client());
        registerWeb(unbroken.client());
        assertThat(WorldDump.of(second.client())).isEqualTo(WorldDump.of(unbroken.client()));
      }
      try (LocalEcs third = start()) {
        assertThat(WorldDump.of(third.client())).isEqualTo(WorldDump.of(unbroken.client()));
      }
    }
  }

  @Test
  void theFilesSeedOutlivesThatOfTheOptions() {
    String arn;
    try (LocalEcs ecs = LocalEcs.start(options().withSeed(5).withState(file))) {
      liveALittle(ecs);
      arn = ecs.client().listTasks(l -> l.cluster("shop")).taskArns().getFirst();
    }
    try (LocalEcs ecs = LocalEcs.start(options().withSeed(6).withState(file))) {
      assertThat(ecs.client().listTasks(l -> l.cluster("shop")).taskArns()).contains(arn);
    }
  }

  @Test
  void scriptsAndInstancesSurvive() {
    List<String> instances;
    try (LocalEcs ecs = start()) {
      ecs.client().createCluster(c -> c.clusterName("shop"));
      instances = ecs.instances().add("shop", "m5.large", 2);
      ecs.scripts().forImage("job:1", ContainerScript.ends(Duration.ofSeconds(3), 1));
    }
    try (LocalEcs ecs = start()) {
      assertThat(ecs.scripts().of("job:1"))
          .hasValue(ContainerScript.ends(Duration.ofSeconds(3), 1));
      assertThat(
              ecs.client().listContainerInstances(l -> l.cluster("shop")).containerInstanceArns())
          .containsExactlyInAnyOrderElementsOf(instances);
    }
  }

  @Test
  void whatWasSeenIsNotUndoneOnARunningClock() {
    LocalEcsOptions fast =
        LocalEcsOptions.defaults().withClock(WorldClock.scaled(10_000)).withState(file);
    String seen;
    try (LocalEcs ecs = LocalEcs.start(fast)) {
      EcsClient client = ecs.client();
      client.createCluster(c -> c.clusterName("shop"));
      registerWeb(client);
      client.createService(service(1).build());
      while (client
          .describeServices(d -> d.cluster("shop").services("web"))
          .services()
          .getFirst()
          .deployments()
          .getFirst()
          .rolloutStateAsString()
          .equals("IN_PROGRESS")) {
        Thread.onSpinWait();
      }
      seen = WorldDump.of(client);
    }
    try (LocalEcs ecs = LocalEcs.start(options().withState(file))) {
      assertThat(WorldDump.of(ecs.client())).isEqualTo(seen);
    }
  }

  @Test
  void aRealClockShowsTheTimeOfDayWhateverTheFile() {
    try (LocalEcs ecs = start()) {
      ecs.client().createCluster(c -> c.clusterName("shop"));
    }
    LocalEcsOptions real = LocalEcsOptions.defaults().withState(file);
    try (LocalEcs ecs = LocalEcs.start(real)) {
      assertThat(ecs.now()).isAfterOrEqualTo(real.clock().start().truncatedTo(ChronoUnit.MILLIS));
      assertThat(ecs.client().listClusters().clusterArns()).hasSize(1);
    }
  }

  @Test
  void resetEmptiesTheFileToo() {
    try (LocalEcs ecs = start()) {
      liveALittle(ecs);
      ecs.reset();
      ecs.client().createCluster(c -> c.clusterName("new"));
    }
    try (LocalEcs ecs = start()) {
      assertThat(ecs.client().listClusters().clusterArns())
          .singleElement()
          .asString()
          .endsWith("/new");
      assertThat(ecs.scripts().all()).isEmpty();
    }
    assertThat(folder)
        .isDirectoryContaining("glob:**/world")
        .isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void anEmptyFileIsANewWorld() throws IOException {
    Files.createFile(file);

    try (LocalEcs ecs = start()) {
      assertThat(ecs.client().listClusters().clusterArns()).isEmpty();
    }
    assertThat(file).isNotEmptyFile();
  }

  @Test
  void aLineThatWasNotFinishedIsCutOff() throws IOException {
    try (LocalEcs ecs = start()) {
      ecs.client().createCluster(c -> c.clusterName("shop"));
    }
    Files.writeString(file, "{\"at\":\"2026-01-01T00:", StandardOpenOption.APPEND);

    try (LocalEcs ecs = start()) {
      ecs.client().createCluster(c -> c.clusterName("other"));
    }
    try (LocalEcs ecs = start()) {
      assertThat(ecs.client().listClusters().clusterArns()).hasSize(2);
    }
  }

  @Test
  void aBrokenOrForeignFileIsRefusedAndLeftAlone() throws IOException {
    try (LocalEcs ecs = start()) {
      ecs.client().createCluster(c -> c.clusterName("shop"));
    }
    String broken = Files.readString(file).replace("CreateCluster", "Create\nCluster");
    for (String content : List.of(broken, "my thesis\n", "{\"local-ecs\":99}\n")) {
      Files.writeString(file, content);

      assertThatThrownBy(this::start)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(file.toString());
      assertThat(file).hasContent(content);
    }
  }

  @Test
  void capacityProvidersGoOnWhereTheyWere() {
    try (LocalEcs first = start()) {
      EcsClient client = first.client();
      client.createCapacityProvider(
          c ->
              c.name("group")
                  .autoScalingGroupProvider(a -> a.autoScalingGroupArn("group"))
                  .tags(Tag.builder().key("a").value("b").build()));
      first.advance(Duration.ofSeconds(5));
      client.deleteCapacityProvider(d -> d.capacityProvider("group"));
    }
    try (LocalEcs second = start()) {
      assertThat(provider(second).updateStatusAsString()).isEqualTo("DELETE_IN_PROGRESS");
      assertThat(provider(second).tags()).hasSize(1);

      second.advance(Duration.ofSeconds(10));

      assertThat(provider(second).statusAsString()).isEqualTo("INACTIVE");
    }
  }

  private static CapacityProvider provider(LocalEcs ecs) {
    return ecs.client()
        .describeCapacityProviders(
            d -> d.capacityProviders("group").include(CapacityProviderField.TAGS))
        .capacityProviders()
        .getFirst();
  }

  @Test
  void twoCannotShareAFile() {
    LocalEcs first = start();
    assertThatThrownBy(this::start)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("in use");
    first.close();

    start().close();
  }
}

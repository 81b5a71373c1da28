package io.ecsoperator.operator.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ecsoperator.operator.http.ApiServer.Response;
import io.ecsoperator.operator.http.Problem;
import io.ecsoperator.operator.http.TimedOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamsTest {
  private final FleetOnLocalEcs world = new FleetOnLocalEcs(true);
  private long start;

  @BeforeEach
  void fleet() {
    world.reviews().maySee("shopper", "shop").maySeeNothing("guest");
    world.cluster("main", world.ownedBy("EcsCluster", "shop", "main"));
    world.definition("web", "secret");
    world.read();
    start = world.fleet().changes().revision();
    world.service("main", "web", "web", 0, world.ownedBy("EcsService", "shop", "web"));
    world.service("main", "bills", "web", 0, world.ownedBy("EcsService", "bill", "bills"));
    world.passRound();
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void aClientSeesTheChangesAfterItsRevision() {
    assertThat(names(world.stream("admin", from(start, "types=services"), 3)))
        .containsExactlyInAnyOrder("bookmark", "added bills", "added web");
  }

  @Test
  void aClientThatIsCutAnywhereAndResumesSeesEveryChangeOnce() {
    world.client().updateService(update -> update.cluster("main").service("web").desiredCount(1));
    world.passRound();
    world.client().deleteService(delete -> delete.cluster("main").service("bills").force(true));
    world.passRound();
    int changes = (int) (world.fleet().changes().revision() - start);
    List<String> all = ids(world.stream("admin", from(start, ""), changes + 1));

    for (int cut = 1; cut <= changes; cut++) {
      List<String> parts = new ArrayList<>(world.stream("admin", from(start, ""), cut));
      String last = ids(parts).getLast();
      parts.addAll(
          world.stream("admin", from(Long.parseLong(last), ""), changes + 2 - cut)
              .subList(1, changes + 2 - cut));

      assertThat(ids(parts)).as("cut after %s", cut).isEqualTo(all).doesNotHaveDuplicates();
    }
  }

  @Test
  void aClientThatReadsNothingIsDroppedWithoutHarmToOthers() throws Exception {
    CountDownLatch writing = new CountDownLatch(1);
    AtomicBoolean dropped = new AtomicBoolean();
    Response.Stream stream = (Response.Stream) world.open("admin", from(start, ""));
    Thread slow =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    stream.writer().write(new TimedOutput(new Blocked(writing), world.watchdogs()));
                  } catch (IOException | InterruptedException e) {
                    dropped.set(true);
                  }
                });
    writing.await();

    assertThat(world.stream("admin", from(start, "types=services"), 3)).hasSize(3);
    world.runWatchdogs();
    slow.join();

    assertThat(dropped).isTrue();
  }

  /** A connection whose client reads nothing; an interrupt closes it. */
  private static final class Blocked extends OutputStream {
    private final CountDownLatch writing;

    Blocked(CountDownLatch writing) {
      this.writing = writing;
    }

    @Override
    public void write(int one) throws IOException {
      writing.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        throw new ClosedByInterruptException();
      }
    }
  }

  @Test
  void aDeletionIsShownToTheNamespaceOfAnObjectThatIsGoneToo() {
    world.client().deleteService(delete -> delete.cluster("main").service("web").force(true));
    world.forget("EcsService", "shop", "web");
    long before = world.fleet().changes().revision();
    world.passRound();

    assertThat(names(world.stream("shopper", from(before, "namespace=shop&types=services"), 2)))
        .containsExactly("bookmark", "deleted web");
  }

  @Test
  void aUserSeesTheChangesOfItsNamespaceOnly() {
    List<String> events = world.stream("shopper", from(start, "namespace=shop&types=services"), 2);

    assertThat(names(events)).containsExactly("bookmark", "added web");
    assertThat(String.join("", events)).doesNotContain("bill");
  }

  @Test
  void withoutRightsThereIsNoStream() {
    for (String query : List.of("", "namespace=shop")) {
      assertThatThrownBy(() -> world.stream("guest", from(start, query), 1))
          .isInstanceOfSatisfying(
              Problem.class, problem -> assertThat(problem.status()).isEqualTo(403));
    }
    assertThatThrownBy(() -> world.stream("shopper", "/v1/stream", 1)).isInstanceOf(Problem.class);
  }

  @Test
  void aRevisionThatIsNotKeptIsGone() {
    for (long revision : List.of(0L, 999L, start + 1_000_000)) {
      assertThat(world.get("admin", from(revision, "")).status()).isEqualTo(410);
    }
    assertThat(world.get("admin", "/v1/stream?revision=x").status()).isEqualTo(400);
    assertThat(world.get("admin", "/v1/stream?types=pods").status()).isEqualTo(400);
  }

  @Test
  void aListNamesTheRevisionFromWhichAStreamGoesOn() {
    long revision = world.get("admin", "/v1/services").json().path("revision").asLong();

    assertThat(world.get("admin", from(revision, "")).status()).isEqualTo(200);
    assertThat(revision).isEqualTo(world.fleet().changes().revision());
  }

  private static String from(long revision, String more) {
    return "/v1/stream?revision=" + revision + (more.isEmpty() ? "" : "&" + more);
  }

  private static List<String> ids(List<String> events) {
    return events.stream()
        .map(event -> event.lines().findFirst().orElseThrow().substring(4))
        .toList();
  }

  /** The kind of each event, and the name at the end of the ARN. */
  private static List<String> names(List<String> events) {
    return events.stream()
        .map(
            event ->
                event.replaceAll(
                    "(?s)id: \\d+\nevent: (\\w+)\ndata: (?:\\{}|.*?\"arn\":\"[^\"]*/([^\"]*)\".*)",
                    "$1 $2"))
        .map(String::strip)
        .toList();
  }
}

package io.ecsoperator.operator.cache;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.FakeEcs.Asked;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Many callers at once. */
class CacheThreadsTest extends CacheFixture {

  @Test
  void callersOnManyThreadsGetTheirOwnAnswers() throws Exception {
    ecs.always(CacheThreadsTest::echo);
    EcsCache threaded =
        new EcsCache(
            new EcsCache.Dependencies(
                ecs, Clock.systemUTC(), Keys.RESOURCES, enqueued::add, new SimpleMeterRegistry()),
            EcsCache.Settings.defaults());
    List<CompletableFuture<Observation>> observations = new ArrayList<>();
    for (int n = 0; n < 500; n++) {
      String name = "s" + n;
      CompletableFuture<Observation> observation = new CompletableFuture<>();
      observations.add(observation);
      Thread.ofVirtual()
          .start(
              () ->
                  observation.complete(
                      threaded
                          .readerFor(CONTEXT)
                          .read(Keys.serviceRef("c", name), EcsReader.Freshness.NOW)));
    }

    for (int n = 0; n < 500; n++) {
      Observation.Present present = (Observation.Present) observations.get(n).get();
      assertThat(present.tree().path("serviceName").asText()).isEqualTo("s" + n);
    }
    assertThat(ecs.asked()).allMatch(asked -> asked.request().path("services").size() <= 10);
  }

  @Test
  void anInterruptedCallerStopsWaiting() throws Exception {
    CompletableFuture<Observation> observation = new CompletableFuture<>();
    Thread caller =
        Thread.ofVirtual()
            .start(
                () ->
                    observation.complete(
                        cache
                            .readerFor(CONTEXT)
                            .read(Keys.serviceRef("c", "s"), EcsReader.Freshness.NOW)));

    caller.interrupt();

    assertThat(observation.get())
        .isInstanceOfSatisfying(
            Observation.Unknown.class,
            unknown -> assertThat(unknown.why().code()).isEqualTo("Interrupted"));
  }

  private static ObjectNode echo(Asked asked) {
    ObjectNode answer = tree("{'services':[],'failures':[]}");
    asked
        .request()
        .path("services")
        .forEach(
            name ->
                answer
                    .withArray("services")
                    .addObject()
                    .put("serviceName", name.asText())
                    .put("serviceArn", "arn:" + name.asText()));
    return answer;
  }
}

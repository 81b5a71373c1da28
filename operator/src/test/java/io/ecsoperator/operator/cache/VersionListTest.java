package io.ecsoperator.operator.cache;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.FakeEcs;
import io.ecsoperator.operator.FakeEcs.Asked;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.aws.Priority;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class VersionListTest {
  private static final CallContext CONTEXT = CallContext.of(Priority.CHANGE);
  private static final EcsReader.Freshness WITHIN_5_S =
      new EcsReader.Freshness.MaxAge(Duration.ofSeconds(5));

  private final VirtualTime time = new VirtualTime();
  private final FakeEcs ecs = new FakeEcs();
  private final AtomicInteger wanted = new AtomicInteger(1);
  private final VersionList revisions =
      new VersionList(
          "task_definition",
          ListQuery.all("ListTaskDefinitions", "taskDefinitionArns").where("status", "ACTIVE"),
          ecs,
          time,
          new LogicalClock(time),
          wanted::get);

  @Test
  void oneListOfAllPagesAnswersAllCallersForAWhile() {
    pages(3);

    VersionList.Active listing = revisions.listing(WITHIN_5_S, CONTEXT).orElseThrow();
    time.advance(Duration.ofSeconds(4));

    assertThat(listing.names()).containsExactlyInAnyOrder("f0", "f1", "f2");
    assertThat(listing.versions()).containsExactlyInAnyOrder("f0:7", "f1:7", "f2:7");
    assertThat(revisions.listing(WITHIN_5_S, CONTEXT)).contains(listing);
    assertThat(ecs.asked()).hasSize(3);
    assertThat(ecs.asked().getFirst())
        .isEqualTo(new Asked("ListTaskDefinitions", tree("{'status':'ACTIVE','maxResults':100}")));
  }

  @Test
  void anOldListIsReadAgain() {
    pages(1);
    revisions.listing(WITHIN_5_S, CONTEXT);
    time.advance(Duration.ofSeconds(5));

    assertThat(revisions.listing(WITHIN_5_S, CONTEXT)).isPresent();
    assertThat(ecs.asked()).hasSize(2);
  }

  @Test
  void whereListingTakesMoreThanATenthOfTheCallsOfDescribingThereIsNoList() {
    pages(40);

    assertThat(revisions.listing(WITHIN_5_S, CONTEXT)).isEmpty();
    assertThat(revisions.listing(WITHIN_5_S, CONTEXT)).isEmpty();
    assertThat(ecs.asked()).hasSize(10);

    wanted.set(399);
    assertThat(revisions.listing(WITHIN_5_S, CONTEXT)).isEmpty();
    wanted.set(400);
    assertThat(revisions.listing(WITHIN_5_S, CONTEXT)).isPresent();
  }

  @Test
  void aFailedPageMeansNoListAndIsNotTriedAgainAtOnce() {
    ecs.answers(page(0, true))
        .fails(AwsFailure.of("ListTaskDefinitions", FailureClass.BLOCKED, "AccessDenied", "no"));
    pages(1);

    assertThat(revisions.listing(WITHIN_5_S, CONTEXT)).isEmpty();
    assertThat(revisions.listing(WITHIN_5_S, CONTEXT)).isEmpty();
    assertThat(ecs.asked()).hasSize(2);

    time.advance(Duration.ofMinutes(1));
    assertThat(revisions.listing(WITHIN_5_S, CONTEXT)).isPresent();
  }

  @Test
  void aListReadBeforeAResetDoesNotCount() {
    pages(1);
    revisions.listing(WITHIN_5_S, CONTEXT);

    revisions.reset();
    revisions.listing(WITHIN_5_S, CONTEXT);

    assertThat(ecs.asked()).hasSize(2);
  }

  @Test
  void aListThatWasBeingReadAtAResetDoesNotCountEither() {
    ecs.always(
        asked -> {
          revisions.reset();
          return tree(page(0, false));
        });
    revisions.listing(WITHIN_5_S, CONTEXT);
    pages(1);

    revisions.listing(WITHIN_5_S, CONTEXT);

    assertThat(ecs.asked()).hasSize(2);
  }

  private void pages(int count) {
    ecs.always(
        asked -> {
          int page =
              Optional.ofNullable(asked.request().get("nextToken"))
                  .map(token -> Integer.parseInt(token.asText()))
                  .orElse(0);
          return tree(page(page, page + 1 < count));
        });
  }

  private static String page(int number, boolean more) {
    ObjectNode page = tree("{}");
    page.putArray("taskDefinitionArns")
        .add("arn:aws:ecs:eu-central-1:1:task-definition/f" + number + ":7");
    if (more) {
      page.put("nextToken", Integer.toString(number + 1));
    }
    return page.toString();
  }
}

package io.ecsoperator.plan;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.ecsoperator.plan.ComparableSchema.Condition;
import io.ecsoperator.plan.ComparableSchema.MemberMapping;
import io.ecsoperator.plan.ComparableSchema.MemberMapping.Lifted;
import io.ecsoperator.plan.ComparableSchema.OwnedByEcs;
import io.ecsoperator.plan.Equivalences.Equivalence.Entries;
import io.ecsoperator.plan.Equivalences.Equivalence.Keyed;
import io.ecsoperator.plan.Equivalences.Equivalence.Pairs;
import io.ecsoperator.plan.Equivalences.Equivalence.Unordered;
import io.ecsoperator.plan.Resets.Special;
import io.ecsoperator.plan.Updates.AllLists;
import io.ecsoperator.plan.Updates.ChangedMembers;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The schema of a queue, which ECS does not have: one field of each sort. */
final class MadeUpSchema {
  private static final Condition IS_FIFO = new Condition("mode", "FIFO");

  static final ComparableSchema QUEUE =
      new ComparableSchema(
          MemberMapping.between("CreateQueue", "Queue")
              .withNotCompared("token")
              .withOutputOnly("queueArn", "status", "copies")
              .withRenamed(Map.of("ownerArn", "owner"))
              .withLifted(
                  new Lifted("copies", new Condition("status", "PRIMARY"), Set.of("disks"))),
          new Equivalences(
              Map.ofEntries(
                  entry("owner", Rules.nameOrArn()),
                  entry("mode", Rules.defaultsTo("STANDARD")),
                  entry("priority", Rules.ignoringCase()),
                  entry("policy", Rules.json()),
                  entry("subnets", new Unordered()),
                  entry("targets", new Unordered()),
                  entry("targets[].weight", Rules.defaultsTo(0)),
                  entry("targets[].alias", Rules.defaultsToSibling("name")),
                  entry("settings", new Pairs("name", "value")),
                  entry("disks", new Keyed("name")),
                  entry("disks[].encrypted", Rules.defaultsToTrue()),
                  entry("logging.options", new Entries()),
                  entry("logging.namespace", Rules.namespace()),
                  entry("delivery.retries", Rules.defaultsTo(3)),
                  entry("delivery.hooks", new Unordered()))),
          Resets.of(
                  Map.ofEntries(
                      entry("mode", Reset.to("STANDARD")),
                      entry("strategy", Reset.release()),
                      entry("delivery.retries", Reset.to(3)),
                      entry(
                          "delivery.alarms",
                          new Reset.To(JsonNodeFactory.instance.objectNode().put("on", false))),
                      entry("network", Reset.release())))
              .withSpecial(new Special(IS_FIFO, Map.of("delivery.retries", Reset.to(1)))),
          Updates.by(
                  new ChangedMembers("UpdateQueue"),
                  new AllLists("PutQueueTargets", List.of("targets", "fallbacks")))
              .withMerged("delivery")
              .withReplaceOnly("queueName", "network.vpc")
              .withReplaceOnlyOnceShown("engine"),
          List.of(new OwnedByEcs(IS_FIFO, Set.of("size"))));

  /** The same fields, but a changed spec makes a new revision. */
  static final ComparableSchema REVISION =
      new ComparableSchema(
          QUEUE.members(),
          QUEUE.equivalences(),
          Resets.none(),
          Updates.byNewRevision(),
          QUEUE.ownedByEcs());

  private MadeUpSchema() {}
}

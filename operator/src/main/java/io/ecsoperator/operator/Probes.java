package io.ecsoperator.operator;

import io.ecsoperator.operator.events.EventIntake;
import io.ecsoperator.operator.http.StatusServer.Page;
import io.ecsoperator.operator.informer.Informers;
import io.ecsoperator.operator.leader.Election;
import io.javaoperatorsdk.operator.Operator;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The answers to the probes of Kubernetes. */
record Probes(
    Operator operator,
    Informers informers,
    Election election,
    FairExecutor reconciles,
    Optional<EventIntake> events,
    InstalledCrds crds) {
  private static final Page OK = Page.text(HttpURLConnection.HTTP_OK, "ok");

  /** Fails if only a new process helps. */
  Page live() {
    List<String> faults = new ArrayList<>();
    List<String> stuck = informers.stuck();
    if (!stuck.isEmpty()) {
      faults.add("The informers of these kinds do not recover: " + String.join(", ", stuck));
    }
    if (election.isStuck()) {
      faults.add("The leader election has stopped");
    }
    reconciles.stuck().ifPresent(why -> faults.add("Reconciling is stuck: " + why));
    return faults.isEmpty() ? OK : failed(String.join("; ", faults));
  }

  /** Fails while changes of objects may be missing. */
  Page ready() {
    if (!operator.getRuntimeInfo().isStarted()) {
      return failed(crds.fault().orElse("The caches are not filled yet."));
    }
    List<String> missing = informers.missingChanges();
    return missing.isEmpty()
        ? ok()
        : failed(
            "The API server does not answer; changes of these kinds may be missing: "
                + String.join(", ", missing));
  }

  /** Without events the operator goes on: sweeps find the same, later. */
  private Page ok() {
    return events
        .flatMap(EventIntake::problem)
        .map(
            why ->
                Page.text(
                    HttpURLConnection.HTTP_OK,
                    "ok, but the queue of ECS's events cannot be read; sweeps alone find changes: "
                        + why))
        .orElse(OK);
  }

  private static Page failed(String why) {
    return Page.text(HttpURLConnection.HTTP_UNAVAILABLE, why);
  }
}

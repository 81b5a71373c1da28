package io.ecsoperator.e2e.operator;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.ecsoperator.localecs.calls.Call;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/**
 * Deletes and edits the Lease of an installation at random times, and gives its operators objects
 * to create meanwhile.
 */
final class LeaseAttack {
  private static final Duration BETWEEN_OBJECTS = Duration.ofMillis(500);
  private static final int LONGEST_PAUSE_MILLIS = 2_000;

  private static final int UNPROCESSABLE = 422;

  /** With it the annotations are as large as the API server takes them. */
  private static final int ANNOTATION = 256 * 1024 - 1;

  private final TestBed bed;
  private final Random random;
  private final Resource<Lease> lease;
  private final TreeSet<String> holders = new TreeSet<>();

  LeaseAttack(TestBed bed, Random random) {
    this.bed = bed;
    this.random = random;
    this.lease = bed.kubernetes().leases().inNamespace(bed.namespace()).withName(TestBed.LEASE);
  }

  /** Returns the objects that were applied meanwhile, each of which needs one registration. */
  List<ObjectRef<?>> run(Duration time) {
    List<ObjectRef<?>> objects = new ArrayList<>();
    long end = System.nanoTime() + time.toNanos();
    long nextAttack = System.nanoTime();
    while (System.nanoTime() < end) {
      ObjectRef<?> object = ObjectRef.taskDefinition("app-" + objects.size());
      bed.apply(Manifests.taskDefinition(object.name(), "example.com/app:1"));
      objects.add(object);
      long nextObject = System.nanoTime() + BETWEEN_OBJECTS.toNanos();
      while (System.nanoTime() < nextObject) {
        if (System.nanoTime() >= nextAttack) {
          attack();
          nextAttack =
              System.nanoTime() + Duration.ofMillis(random.nextInt(LONGEST_PAUSE_MILLIS)).toNanos();
        }
        LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
      }
    }
    return objects;
  }

  private void attack() {
    bed.leaseHolder().filter(holder -> !holder.isEmpty()).ifPresent(holders::add);
    switch (random.nextInt(13)) {
      case 0, 1 -> lease.delete();
      case 2 -> edit("{'spec':{'holderIdentity':null}}");
      case 3 -> edit("{'spec':{'holderIdentity':'" + anyHolder() + "'}}");
      case 4 -> edit("{'spec':{'leaseDurationSeconds':2147483647}}");
      case 5 -> edit("{'spec':{'leaseDurationSeconds':1}}");
      case 6 -> edit("{'metadata':{'annotations':null}}");
      case 7 ->
          edit(
              "{'metadata':{'annotations':{'ecs-operator.io/released-by':'%s'}},'spec':{'holderIdentity':''}}"
                  .formatted(anyHolder()));
      case 8 -> edit("{'spec':{'leaseTransitions':2147483647}}");
      case 9 ->
          edit(
              "{'metadata':{'annotations':{'ecs-operator.io/written-by':null,'ecs-operator.io/released-by':null,'a':'%s'}}}"
                  .formatted("x".repeat(ANNOTATION)));
      case 10 -> edit("{'spec':null}");
      case 11 -> edit("{'spec':{'renewTime':'9999-12-31T23:59:59.000000Z'}}");
      default -> edit("{'spec':{'renewTime':'2001-01-01T00:00:00.000000Z'}}");
    }
  }

  private String anyHolder() {
    List<String> all = new ArrayList<>(holders);
    all.add("attacker");
    return all.get(random.nextInt(all.size()));
  }

  private void edit(String patch) {
    try {
      lease.patch(PatchContext.of(PatchType.JSON_MERGE), patch.replace('\'', '"'));
    } catch (KubernetesClientException e) {
      // It was deleted, and no operator has created it again yet; or it is filled to its limit.
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND && e.getCode() != UNPROCESSABLE) {
        throw e;
      }
    }
  }

  /** The families that were registered, and how often, if that is more than once. */
  Map<String, Long> doubledWrites() {
    Map<String, Long> registered = new TreeMap<>(registrations());
    registered.values().removeIf(count -> count == 1);
    return registered;
  }

  /** The families that were registered, and how often. */
  Map<String, Long> registrations() {
    return bed.ecs().calls().of("RegisterTaskDefinition").stream()
        .filter(Call::succeeded)
        .collect(groupingBy(call -> call.request().path("family").asText(), counting()));
  }
}

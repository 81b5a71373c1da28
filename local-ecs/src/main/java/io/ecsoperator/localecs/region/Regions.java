package io.ecsoperator.localecs.region;

import io.ecsoperator.localecs.event.EventRules;
import io.ecsoperator.localecs.external.ExternalDependencies;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.script.Scripts;
import io.ecsoperator.localecs.world.World;
import java.util.HashMap;
import java.util.Map;

/** The accounts and regions that have received calls. Belongs to the world's thread. */
public final class Regions {
  private final World world;
  private final Scripts scripts;
  private final EventRules rules;
  private final ExternalDependencies external = new ExternalDependencies();
  private final Map<Scope, Region> regions = new HashMap<>();

  public Regions(World world, Scripts scripts, EventRules rules) {
    this.rules = rules;
    this.world = world;
    this.scripts = scripts;
  }

  /** The region for {@code scope}, created empty at the first call. */
  public Region in(Scope scope) {
    return regions.computeIfAbsent(
        scope, unknown -> new Region(unknown, world, scripts, external, rules));
  }

  /** The rules for the delivery of events. */
  public EventRules events() {
    return rules;
  }

  /** The external dependencies that all regions share. */
  public ExternalDependencies external() {
    return external;
  }

  /** Removes all resources and cancels all timers. */
  public void clear() {
    regions.clear();
    external.clear();
    rules.clear();
    world.restart();
  }
}

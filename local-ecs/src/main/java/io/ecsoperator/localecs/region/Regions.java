package io.ecsoperator.localecs.region;

import io.ecsoperator.localecs.event.EventRules;
import io.ecsoperator.localecs.external.ExternalDependencies;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.script.Scripts;
import io.ecsoperator.localecs.world.World;
import java.util.HashMap;
import java.util.Map;

/** The accounts and regions that were spoken to so far. Belongs to the world's thread. */
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

  /** The one for {@code scope}; an empty one at first. */
  public Region in(Scope scope) {
    return regions.computeIfAbsent(
        scope, unknown -> new Region(unknown, world, scripts, external, rules));
  }

  /** Where their events go. */
  public EventRules events() {
    return rules;
  }

  /** What lies around ECS in all of them. */
  public ExternalDependencies external() {
    return external;
  }

  /** Forgets everything, also what was about to happen. */
  public void clear() {
    regions.clear();
    external.clear();
    rules.clear();
    world.restart();
  }
}

package io.ecsoperator.localecs.endpoint;

import io.ecsoperator.localecs.calls.CallLog;
import io.ecsoperator.localecs.faults.Faults;
import io.ecsoperator.localecs.region.Regions;
import io.ecsoperator.localecs.script.Scripts;
import io.ecsoperator.localecs.world.World;

/** Resets world, call log and scripts; restores the faults of the start. Time goes on. */
public final class Reset implements Runnable {
  private final World world;
  private final Regions regions;
  private final Endpoint endpoint;
  private final Scripts scripts;
  private final Recorder recorder;
  private final Faults faults;
  private final CallLog calls;

  public Reset(
      World world,
      Regions regions,
      Endpoint endpoint,
      Scripts scripts,
      Recorder recorder,
      Faults faults,
      CallLog calls) {
    this.world = world;
    this.regions = regions;
    this.endpoint = endpoint;
    this.scripts = scripts;
    this.recorder = recorder;
    this.faults = faults;
    this.calls = calls;
  }

  @Override
  public void run() {
    world.run(
        () -> {
          regions.clear();
          endpoint.forget();
          scripts.clear();
          recorder.restart();
        });
    faults.clear();
    calls.clear();
  }
}

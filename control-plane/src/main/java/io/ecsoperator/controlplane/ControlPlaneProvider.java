package io.ecsoperator.controlplane;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The ways to get an API server, in the order in which they are tried.
 *
 * @param lastResorts ways again, with fewer requirements or at a higher cost
 */
record ControlPlaneProvider(
    List<ControlPlaneSource> sources,
    List<ControlPlaneSource> lastResorts,
    Consumer<String> progress) {

  static ControlPlaneProvider on(HostEnvironment host, Consumer<String> progress) {
    return new ControlPlaneProvider(
        List.of(
            new NamedKubeconfig(host, progress),
            new BinariesOnDisk(host, BinariesOnDisk.ControllerManager.REQUIRED, progress),
            new K3sInDocker(host, K3sInDocker.MissingImages.REFUSE, progress),
            new GoToolchain(host, progress)),
        List.of(
            new BinariesOnDisk(host, BinariesOnDisk.ControllerManager.OPTIONAL, progress),
            new K3sInDocker(host, K3sInDocker.MissingImages.PULL, progress)),
        progress);
  }

  /**
   * Starts the first API server that is available.
   *
   * @throws ControlPlaneException if none is; the message names each way and why it failed
   */
  ControlPlane start() {
    SequencedMap<String, String> refusals = new LinkedHashMap<>();
    return Stream.concat(sources.stream(), lastResorts.stream())
        .flatMap(source -> attempt(source, refusals).stream())
        .findFirst()
        .orElseThrow(() -> new ControlPlaneException(explain(refusals)));
  }

  private Optional<ControlPlane> attempt(
      ControlPlaneSource source, SequencedMap<String, String> refusals) {
    try {
      ControlPlane started = source.start();
      progress.accept("Kubernetes API server: " + started.description());
      return Optional.of(started);
    } catch (UnavailableException e) {
      refusals.put(source.name(), e.getMessage());
    } catch (IOException e) {
      refusals.put(source.name(), e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ControlPlaneException("Interrupted while starting " + source.name(), e);
    }
    return Optional.empty();
  }

  private static String explain(SequencedMap<String, String> refusals) {
    var text =
        new StringBuilder("There is no Kubernetes API server to use; one of these is needed:");
    int number = 1;
    for (var refusal : refusals.entrySet()) {
      text.append("\n  %d. %s: %s".formatted(number++, refusal.getKey(), refusal.getValue()));
    }
    return text.toString();
  }
}

package io.ecsoperator.operator.leader;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The name of a replica in the lease: its pod or host, with a random suffix. */
public final class Identity {
  private Identity() {}

  /**
   * Returns a new name on every call, so that a restarted replica does not take the lease of its
   * predecessor for its own.
   */
  public static String of(Map<String, String> environment, RandomGenerator random) {
    String name =
        Optional.ofNullable(environment.get("POD_NAME"))
            .filter(pod -> !pod.isBlank())
            .orElseGet(Identity::hostName);
    return name + "_" + HexFormat.of().toHexDigits(random.nextInt());
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown-host";
    }
  }
}

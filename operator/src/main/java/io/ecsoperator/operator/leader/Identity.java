package io.ecsoperator.operator.leader;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** What a replica is called in the lease: its pod or host, and something of its own. */
public final class Identity {
  private Identity() {}

  /**
   * Never the same twice, so that a restarted replica does not take its predecessor's for its own.
   */
  public static String of(Map<String, String> environment, RandomGenerator random) {
    String location =
        Optional.ofNullable(environment.get("POD_NAME"))
            .filter(name -> !name.isBlank())
            .orElseGet(Identity::hostName);
    return location + "_" + HexFormat.of().toHexDigits(random.nextInt());
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown-host";
    }
  }
}

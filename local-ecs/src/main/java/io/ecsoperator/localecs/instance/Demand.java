package io.ecsoperator.localecs.instance;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * The resources that a task needs on its container instance.
 *
 * @param cpu in units; 1,024 units are one vCPU
 * @param memory in MiB
 * @param tcpPorts the host ports that it requests by number; dynamic ports do not count
 * @param networkInterfaces one for a task in awsvpc mode, else none
 */
public record Demand(
    int cpu,
    int memory,
    int gpus,
    Set<Integer> tcpPorts,
    Set<Integer> udpPorts,
    int networkInterfaces) {
  public static final Demand NONE = new Demand(0, 0, 0, Set.of(), Set.of(), 0);

  public Demand {
    tcpPorts = Set.copyOf(tcpPorts);
    udpPorts = Set.copyOf(udpPorts);
  }

  static Demand sum(Collection<Demand> demands) {
    int cpu = 0;
    int memory = 0;
    int gpus = 0;
    int networkInterfaces = 0;
    Set<Integer> tcp = new HashSet<>();
    Set<Integer> udp = new HashSet<>();
    for (Demand demand : demands) {
      cpu += demand.cpu;
      memory += demand.memory;
      gpus += demand.gpus;
      networkInterfaces += demand.networkInterfaces;
      tcp.addAll(demand.tcpPorts);
      udp.addAll(demand.udpPorts);
    }
    return new Demand(cpu, memory, gpus, tcp, udp, networkInterfaces);
  }
}

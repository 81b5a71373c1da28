package io.ecsoperator.localecs.instance;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * What a task takes of the instance it runs on.
 *
 * @param cpu in units, 1,024 of them a vCPU
 * @param memory in MiB
 * @param tcpPorts the host ports it asks for by number; those chosen for it do not count
 * @param networkInterfaces one for a task in awsvpc mode
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

package io.ecsoperator.controlplane;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports on loopback that were free when they were found.
 *
 * @param etcd port for etcd's clients
 * @param etcdPeer port for other members of etcd; there are none
 * @param apiServer port of the API server
 */
record LoopbackPorts(int etcd, int etcdPeer, int apiServer) {
  static final String ADDRESS = "127.0.0.1";

  static LoopbackPorts find() throws IOException {
    // All sockets stay open until the last port is found, so that the ports differ.
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getByName(ADDRESS)));
      }
      return new LoopbackPorts(
          sockets.get(0).getLocalPort(),
          sockets.get(1).getLocalPort(),
          sockets.get(2).getLocalPort());
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  String etcdUrl() {
    return "http://%s:%d".formatted(ADDRESS, etcd);
  }

  String etcdPeerUrl() {
    return "http://%s:%d".formatted(ADDRESS, etcdPeer);
  }

  String apiServerUrl() {
    return "https://%s:%d".formatted(ADDRESS, apiServer);
  }

  /** Whether etcd accepts connections. */
  boolean etcdListens() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(ADDRESS, etcd), 1_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}

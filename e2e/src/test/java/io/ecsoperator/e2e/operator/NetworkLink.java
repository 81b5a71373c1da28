package io.ecsoperator.e2e.operator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A TCP proxy to a server on this machine that a test can cut. While it is cut, no data pass in
 * either direction and no connection is closed. Data that were sent meanwhile arrive after {@link
 * #restore}.
 */
final class NetworkLink implements AutoCloseable {
  private final URI server;
  private final ServerSocket near;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final Set<Socket> silenced = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition restored = lock.newCondition();
  private boolean cut;
  private volatile boolean refused;

  NetworkLink(URI server) {
    this.server = server;
    try {
      near = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().name("network-link").start(this::acceptAll);
  }

  /** The URL of the server through this proxy. */
  URI url() {
    return URI.create(
        server.getScheme() + "://" + server.getHost() + ":" + near.getLocalPort() + "/");
  }

  void cut() {
    set(true);
  }

  void restore() {
    set(false);
  }

  /** Closes all connections abruptly, as an API server does that is killed. */
  void sever() {
    for (Socket socket : sockets) {
      try {
        socket.setSoLinger(true, 0);
        socket.close();
      } catch (IOException e) {
        // Closed already.
      }
    }
    sockets.clear();
  }

  /**
   * Carries no more data on the connections that are open now, and closes none of them: a firewall
   * that has forgotten them. New connections work.
   */
  void silence() {
    silenced.addAll(sockets);
  }

  /** Closes all connections, and each new one at once, until {@link #accept}. */
  void refuse() {
    refused = true;
    sever();
  }

  /** Lets new connections work again. */
  void accept() {
    refused = false;
  }

  private void set(boolean isCut) {
    lock.lock();
    try {
      cut = isCut;
      restored.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void acceptAll() {
    try {
      while (true) {
        Socket client = near.accept();
        if (refused) {
          client.close();
          continue;
        }
        Socket upstream = new Socket(server.getHost(), server.getPort());
        sockets.add(client);
        sockets.add(upstream);
        Thread.ofVirtual().start(() -> carry(client, upstream));
        Thread.ofVirtual().start(() -> carry(upstream, client));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void carry(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[16 * 1024];
      int count = in.read(bytes);
      while (count >= 0) {
        awaitRestored();
        if (!silenced.contains(from)) {
          out.write(bytes, 0, count);
        }
        count = in.read(bytes);
      }
      awaitRestored();
    } catch (IOException e) {
      // One end closed its connection; the other is closed too.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitRestored() throws InterruptedException {
    lock.lock();
    try {
      while (cut) {
        restored.await();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    restore();
    try {
      near.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

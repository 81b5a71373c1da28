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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The way to a server on this machine, which can be cut: nothing gets through then, either way, and
 * nobody is told. As in a real network, what was under way arrives late, when it has been mended.
 */
final class Cable implements AutoCloseable {
  private final URI server;
  private final ServerSocket near;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition mended = lock.newCondition();
  private boolean cut;

  Cable(URI server) {
    this.server = server;
    try {
      near = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().name("cable").start(this::accept);
  }

  /** As the server's own URL, by this way. */
  URI url() {
    return URI.create(
        server.getScheme() + "://" + server.getHost() + ":" + near.getLocalPort() + "/");
  }

  void cut() {
    set(true);
  }

  void mend() {
    set(false);
  }

  private void set(boolean isCut) {
    lock.lock();
    try {
      cut = isCut;
      mended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket client = near.accept();
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
        awaitWhole();
        out.write(bytes, 0, count);
        count = in.read(bytes);
      }
      awaitWhole();
    } catch (IOException e) {
      // One end has hung up, and so does this.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitWhole() throws InterruptedException {
    lock.lock();
    try {
      while (cut) {
        mended.await();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    mend();
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

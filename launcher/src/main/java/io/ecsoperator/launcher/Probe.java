package io.ecsoperator.launcher;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;

/**
 * Asks a server of this machine whether it is healthy: the exit code is 1 if it does not answer, or
 * with a server error. For images without a shell.
 *
 * <p>Arguments: the environment variable with the server's port, the port if that is not set, and
 * the path.
 */
public final class Probe {
  private static final int TIMEOUT_MILLIS = 3000;

  private Probe() {}

  public static void main(String[] args) {
    String port = System.getenv(args[0]);
    String url = "http://127.0.0.1:" + (port == null || port.isEmpty() ? args[1] : port) + args[2];
    System.exit(isHealthy(url) ? 0 : 1);
  }

  private static boolean isHealthy(String url) {
    try {
      int status = statusOf(url);
      System.out.println(url + " answers " + status);
      return status < HttpURLConnection.HTTP_INTERNAL_ERROR;
    } catch (IOException e) {
      System.out.println(url + " does not answer: " + e.getMessage());
      return false;
    }
  }

  private static int statusOf(String url) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    try {
      return connection.getResponseCode();
    } finally {
      connection.disconnect();
    }
  }
}

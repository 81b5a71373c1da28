package io.ecsoperator.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.util.Enumeration;
import java.util.jar.Manifest;

/**
 * Main class of the runnable jars. It is compiled for Java 8, so that a Java older than {@value
 * #REQUIRED} gets a message of one line instead of an {@code UnsupportedClassVersionError}.
 * Otherwise it starts the class that the manifest entry {@value #APPLICATION_CLASS} names.
 */
public final class Launcher {
  private static final int REQUIRED = 25;
  private static final String APPLICATION_CLASS = "Application-Class";

  private Launcher() {}

  public static void main(String[] args) throws Throwable {
    String specification = System.getProperty("java.specification.version");
    if (isTooOld(specification)) {
      System.err.println(
          "Java "
              + REQUIRED
              + " or newer is needed; this is Java "
              + specification
              + " ("
              + System.getProperty("java.home")
              + ").");
      System.exit(1);
    }
    try {
      Class.forName(applicationClass())
          .getMethod("main", String[].class)
          .invoke(null, (Object) args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static boolean isTooOld(String specification) {
    // The version of Java 8 is 1.8; later versions are plain numbers.
    return specification.startsWith("1.") || Integer.parseInt(specification) < REQUIRED;
  }

  private static String applicationClass() throws IOException {
    Enumeration<URL> manifests =
        Launcher.class.getClassLoader().getResources("META-INF/MANIFEST.MF");
    while (manifests.hasMoreElements()) {
      try (InputStream in = manifests.nextElement().openStream()) {
        String name = new Manifest(in).getMainAttributes().getValue(APPLICATION_CLASS);
        if (name != null) {
          return name;
        }
      }
    }
    throw new IllegalStateException(
        "No jar on the classpath has " + APPLICATION_CLASS + " in its manifest.");
  }
}

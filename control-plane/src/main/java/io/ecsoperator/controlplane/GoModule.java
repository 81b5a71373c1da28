package io.ecsoperator.controlplane;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A Go module that pins the versions of commands: its files by name. */
record GoModule(SortedMap<String, String> files) {
  private static final List<String> NAMES = List.of("go.mod", "go.sum", "tools.go");

  /** The requirement that the module is there for. */
  private static final Pattern PRODUCT =
      Pattern.compile(
          "^(?:require)?\\s+(k8s\\.io/kubernetes|helm\\.sh/helm/v4) (v\\S+)", Pattern.MULTILINE);

  /** The module of the control plane in this jar. */
  static GoModule ofControlPlane() throws IOException {
    return fromClasspath("/kubernetes/");
  }

  /** The module of Helm in this jar. */
  static GoModule ofHelm() throws IOException {
    return fromClasspath("/helm/");
  }

  private static GoModule fromClasspath(String folder) throws IOException {
    var files = new TreeMap<String, String>();
    for (String name : NAMES) {
      try (var in = GoModule.class.getResourceAsStream(folder + name)) {
        files.put(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return new GoModule(files);
  }

  static GoModule in(Path folder) throws IOException {
    var files = new TreeMap<String, String>();
    for (String name : NAMES) {
      files.put(name, Files.readString(folder.resolve(name)));
    }
    return new GoModule(files);
  }

  /** Such as {@code v1.36.3}: the version of Kubernetes or of Helm. */
  String version() {
    return product().group(2);
  }

  boolean isKubernetes() {
    return product().group(1).equals("k8s.io/kubernetes");
  }

  private MatchResult product() {
    var matcher = PRODUCT.matcher(files.get("go.mod"));
    if (!matcher.find()) {
      throw new IllegalStateException("go.mod requires neither Kubernetes nor Helm");
    }
    return matcher.toMatchResult();
  }

  /** A hash of the files and the toolchain, which are all that the binaries depend on. */
  String fingerprint(List<String> toolchain) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(files.toString().getBytes(StandardCharsets.UTF_8));
      digest.update(toolchain.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  void writeTo(Path folder) throws IOException {
    for (var file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
  }
}

package io.ecsoperator.controlplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.UUID;

/**
 * The secrets of one API server, in files of its folder.
 *
 * @param adminToken the bearer token of a user with all rights
 * @param tokenFile file with that token, as the API server reads it
 * @param signingKey signs the tokens of service accounts
 * @param verificationKey verifies them
 * @param servingCertificates folder in which the API server stores its self-signed certificate
 */
record Credentials(
    String adminToken,
    Path tokenFile,
    Path signingKey,
    Path verificationKey,
    Path servingCertificates) {

  static Credentials createIn(Path folder) throws IOException {
    String adminToken = UUID.randomUUID().toString();
    KeyPair keys = newKeyPair();
    return new Credentials(
        adminToken,
        Files.writeString(
            folder.resolve("tokens.csv"), adminToken + ",admin,admin,system:masters\n"),
        Files.writeString(
            folder.resolve("service-account.key"), pem("PRIVATE KEY", keys.getPrivate())),
        Files.writeString(
            folder.resolve("service-account.pub"), pem("PUBLIC KEY", keys.getPublic())),
        folder.resolve("certificates"));
  }

  boolean hasServingCertificate() {
    // The API server writes the key after the certificate: if the key exists, both are complete.
    return Files.exists(servingCertificates.resolve("apiserver.key"));
  }

  /** A kubeconfig for the admin that trusts only the API server's own certificate. */
  String kubeconfig(String server) throws IOException {
    byte[] authority = Files.readAllBytes(servingCertificates.resolve("apiserver.crt"));
    return """
        apiVersion: v1
        kind: Config
        current-context: ecs-operator
        contexts:
        - name: ecs-operator
          context: {cluster: ecs-operator, user: admin}
        clusters:
        - name: ecs-operator
          cluster:
            server: %s
            certificate-authority-data: %s
        users:
        - name: admin
          user: {token: %s}
        """
        .formatted(server, Base64.getEncoder().encodeToString(authority), adminToken);
  }

  private static KeyPair newKeyPair() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has elliptic curve keys", e);
    }
  }

  private static String pem(String type, Key key) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(type, Base64.getMimeEncoder().encodeToString(key.getEncoded()));
  }
}

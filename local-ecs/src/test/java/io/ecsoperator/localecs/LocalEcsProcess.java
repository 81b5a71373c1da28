package io.ecsoperator.localecs;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Runs the program in a separate process. */
final class LocalEcsProcess implements AutoCloseable {
  private final Process process;
  private final URI url;
  private final EcsClient client;
  private final SqsClient sqs;
  private final HttpClient http = HttpClient.newHttpClient();

  /**
   * Starts it on a virtual clock, and waits until it listens.
   *
   * @param options more of its options
   */
  LocalEcsProcess(Path state, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("--port=0", "--clock=virtual", "--quotas=off", "--state=" + state));
    command.addAll(List.of(options));
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    url = URI.create(awaitUrl(process.inputReader()));
    client = configured(EcsClient.builder()).build();
    sqs = configured(SqsClient.builder()).build();
  }

  private <B extends AwsClientBuilder<B, ?> & AwsSyncClientBuilder<B, ?>> B configured(B builder) {
    return builder
        .endpointOverride(url)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
        .httpClientBuilder(
            Apache5HttpClient.builder()
                .proxyConfiguration(
                    ProxyConfiguration.builder()
                        .useEnvironmentVariableValues(false)
                        .useSystemPropertyValues(false)
                        .build()))
        .overrideConfiguration(
            c -> c.retryStrategy(StandardRetryStrategy.builder().maxAttempts(1).build()));
  }

  private static String awaitUrl(BufferedReader output) throws IOException {
    StringBuilder seen = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith("local-ecs is listening on ")) {
        return line.substring(line.lastIndexOf(' ') + 1);
      }
      seen.append(line).append('\n');
    }
    throw new IOException("local-ecs did not start: " + seen);
  }

  EcsClient client() {
    return client;
  }

  SqsClient sqs() {
    return sqs;
  }

  void advance(String by) throws IOException {
    try {
      http.send(
          HttpRequest.newBuilder(url.resolve("/_local/clock/advance"))
              .header("X-Local-Ecs", "true")
              .POST(HttpRequest.BodyPublishers.ofString("{\"by\":\"" + by + "\"}"))
              .build(),
          BodyHandlers.discarding());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() throws IOException {
    kill();
    process.onExit().join();
    client.close();
    sqs.close();
    http.close();
  }
}

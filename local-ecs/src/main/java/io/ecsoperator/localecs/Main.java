package io.ecsoperator.localecs;

import io.ecsoperator.localecs.faults.Fault;
import io.ecsoperator.localecs.faults.FaultRule;
import io.ecsoperator.localecs.faults.Lag;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.world.WorldClock;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Runs an endpoint until the process receives a signal. */
@Command(
    name = "local-ecs",
    description = "An Amazon ECS endpoint on this machine.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    showDefaultValues = true,
    sortOptions = false)
public final class Main implements Callable<Integer> {
  private static final Pattern MILLISECONDS = Pattern.compile("([0-9]+)ms");

  /** A switch on the command line. */
  enum Switch {
    on,
    off
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "${env:LOCAL_ECS_PORT:-4580}",
      description = "Port to listen on; 0 takes any. The variable LOCAL_ECS_PORT sets it too.")
  private int port;

  @Option(names = "--host", paramLabel = "ADDRESS", description = "Address to listen on.")
  private String host = "127.0.0.1";

  @Option(
      names = "--clock",
      paramLabel = "CLOCK",
      description =
          "The world's time: real, a factor such as x60, or virtual (stands still until"
              + " POST /_local/clock/advance moves it).")
  private String clock = "real";

  @Option(
      names = "--quotas",
      paramLabel = "on|off",
      description = "Whether AWS's request quotas are enforced, in wall time.")
  private Switch quotas = Switch.on;

  @Option(
      names = "--latency",
      paramLabel = "TIME",
      showDefaultValue = Visibility.NEVER,
      description = "Wall time that every call waits, such as 25ms or 1s; none if not given.")
  private Duration latency = Duration.ZERO;

  @Option(
      names = "--lag",
      paramLabel = "READS|TIME",
      showDefaultValue = Visibility.NEVER,
      description =
          "Reads stay stale after a write, for a number of reads such as 3 or a world time"
              + " such as 2.5s; none if not given.")
  private Lag lag = Lag.NONE;

  @Option(
      names = "--throttled",
      paramLabel = "SHARE",
      description = "Share of calls, from 0 to 1, that are throttled whatever the quotas.")
  private double throttled = 0;

  @Option(
      names = "--server-errors",
      paramLabel = "SHARE",
      description = "Share of calls that are refused with a ServerException and have no effect.")
  private double serverErrors = 0;

  @Option(
      names = "--lost-requests",
      paramLabel = "SHARE",
      description = "Share of calls that are lost before they take effect.")
  private double lostRequests = 0;

  @Option(
      names = "--lost-answers",
      paramLabel = "SHARE",
      description = "Share of calls that take effect but lose their answer.")
  private double lostAnswers = 0;

  @Option(
      names = "--timeouts",
      paramLabel = "SHARE",
      description = "Share of calls that take effect and are never answered.")
  private double timeouts = 0;

  @Option(
      names = "--denied",
      paramLabel = "OPERATION",
      split = ",",
      showDefaultValue = Visibility.NEVER,
      description = "Operations that the caller has no permission for, such as DeleteCluster.")
  private List<String> denied = List.of();

  @Option(
      names = "--seed",
      paramLabel = "N",
      showDefaultValue = Visibility.NEVER,
      description = "Seed of ids and random choices; a new one at each start if not given.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--state",
      paramLabel = "FILE",
      showDefaultValue = Visibility.NEVER,
      description =
          "File that keeps the world across restarts, loaded at the start if it exists; without"
              + " it, the world is lost at the end.")
  private Optional<Path> state = Optional.empty();

  @Option(
      names = "--events-queue",
      paramLabel = "NAME",
      showDefaultValue = Visibility.NEVER,
      description =
          "SQS queue of this endpoint that receives ECS's events; created if it does not exist."
              + " Without it, events are dropped until POST /_local/events names a queue.")
  private Optional<String> eventsQueue = Optional.empty();

  @Option(
      names = "--account",
      paramLabel = "ID",
      description =
          "Account of calls unless their access key is an account number of twelve digits.")
  private String account = "123456789012";

  @Option(
      names = "--region",
      paramLabel = "REGION",
      description = "Region of calls with a signature that names none.")
  private String region = "us-east-1";

  private Main() {}

  public static void main(String[] arguments) {
    configureLogging();
    System.exit(commandLine().execute(arguments));
  }

  /** Not in a file of the jar, as the library is also used beside other programs' logging. */
  private static void configureLogging() {
    Map.of(
            "defaultLogLevel", "warn",
            "showDateTime", "true",
            "showThreadName", "false",
            "showShortLogName", "true")
        .forEach(
            (name, value) -> {
              String property = "org.slf4j.simpleLogger." + name;
              System.setProperty(property, System.getProperty(property, value));
            });
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .registerConverter(Duration.class, Main::duration)
        .registerConverter(Lag.class, Main::lag)
        .setParameterExceptionHandler(
            (refused, arguments) -> {
              CommandLine command = refused.getCommandLine();
              command.getErr().println(refused.getMessage());
              command.getErr().println("local-ecs --help lists the options.");
              return command.getCommandSpec().exitCodeOnInvalidInput();
            });
  }

  @Override
  public Integer call() throws InterruptedException {
    try (LocalEcs ecs = LocalEcs.start(options())) {
      System.out.println("local-ecs is listening on " + ecs.url());
      // The world's threads are daemons; this one keeps the process until a signal ends it.
      new CountDownLatch(1).await();
      return 0;
    } catch (UncheckedIOException e) {
      spec.commandLine()
          .getErr()
          .println(
              Objects.requireNonNull(e.getCause(), "An UncheckedIOException has a cause.")
                  .getMessage());
      return 1;
    }
  }

  private LocalEcsOptions options() {
    if (!account.matches("[0-9]{12}")) {
      throw new ParameterException(spec.commandLine(), "An account has twelve digits: " + account);
    }
    try {
      return new LocalEcsOptions(
          new LocalEcsOptions.Address(host, port),
          WorldClock.parse(clock),
          new LocalEcsOptions.Disturbances(quotas == Switch.on, lag, faults()),
          seed.orElseGet(System::nanoTime),
          state,
          eventsQueue,
          new Scope(account, region));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }

  private List<FaultRule> faults() {
    List<FaultRule> faults = new ArrayList<>();
    if (!latency.isZero()) {
      faults.add(FaultRule.always(FaultRule.ANY, new Fault.Delay(latency)));
    }
    denied.forEach(
        operation -> faults.add(FaultRule.always(operation, Fault.accessDenied(operation))));
    addShare(faults, throttled, Fault.throttled());
    addShare(faults, serverErrors, Fault.serverError());
    addShare(faults, lostRequests, new Fault.LostRequest(Fault.Loss.CONNECTION_CLOSED));
    addShare(faults, lostAnswers, Fault.lostAnswer());
    addShare(faults, timeouts, new Fault.LostAnswer(Fault.Loss.TIMEOUT));
    return faults;
  }

  private static void addShare(List<FaultRule> faults, double share, Fault fault) {
    if (share != 0) {
      faults.add(FaultRule.share(share, FaultRule.ANY, fault));
    }
  }

  private static Lag lag(String text) {
    try {
      return Lag.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  private static Duration duration(String text) {
    var milliseconds = MILLISECONDS.matcher(text);
    if (milliseconds.matches()) {
      return Duration.ofMillis(Long.parseLong(milliseconds.group(1)));
    }
    try {
      return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
    } catch (DateTimeParseException e) {
      throw new TypeConversionException("a time is written 25ms, 1.5s or 2m, not " + text);
    }
  }

  /** The version that the build wrote into the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"local-ecs " + (version == null ? "(not from a jar)" : version)};
    }
  }
}

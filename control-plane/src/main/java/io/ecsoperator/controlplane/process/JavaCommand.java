package io.ecsoperator.controlplane.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A command line of the Java that runs this JVM.
 *
 * @param flags of the JVM
 * @param program the jar or the main class, with the options that name it
 * @param arguments of the program
 */
public record JavaCommand(List<String> flags, List<String> program, List<String> arguments) {

  public JavaCommand {
    flags = List.copyOf(flags);
    program = List.copyOf(program);
    arguments = List.copyOf(arguments);
  }

  /**
   * Runs a jar of this project.
   *
   * @throws ProcessException if the jar does not exist
   */
  public static JavaCommand ofJar(Path jar) {
    requireBuilt(jar);
    return new JavaCommand(List.of(), List.of("-jar", jar.toString()), List.of());
  }

  /**
   * Runs a main class in a jar of this project and the jars that it names.
   *
   * @throws ProcessException if the jar does not exist
   */
  public static JavaCommand ofJar(Path jar, Class<?> main) {
    requireBuilt(jar);
    return new JavaCommand(List.of(), List.of("-cp", jar.toString(), main.getName()), List.of());
  }

  /** Runs a main class with the class path of this JVM, in any working folder. */
  public static JavaCommand ofClass(Class<?> main) {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));
    return new JavaCommand(List.of(), List.of("-cp", classPath, main.getName()), List.of());
  }

  private static void requireBuilt(Path jar) {
    if (!Files.exists(jar)) {
      throw new ProcessException("there is no " + jar + ": `make build` makes it");
    }
  }

  public JavaCommand withFlags(List<String> flags) {
    return new JavaCommand(flags, program, arguments);
  }

  /** For a run of seconds: C1 alone and the serial collector take less processor time then. */
  public JavaCommand forShortRun() {
    return withFlags(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
  }

  public JavaCommand withArguments(List<String> arguments) {
    return new JavaCommand(flags, program, arguments);
  }

  /** The command line. */
  public List<String> words() {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Stream.of(flags, program, arguments).forEach(words::addAll);
    return words;
  }

  /**
   * Starts it in a folder of its own, which also takes its temporary files; both end with this JVM.
   *
   * @see BoundProcess#start
   */
  public BoundProcess start(String name, Map<String, String> variables, Path folder)
      throws IOException {
    List<String> allFlags = new ArrayList<>(flags);
    allFlags.add("-Djava.io.tmpdir=" + folder);
    return BoundProcess.start(name, withFlags(allFlags).words(), variables, folder);
  }

  /**
   * Starts it as a plain child process, which may outlive this JVM. The caller reads its standard
   * output; its standard error is this JVM's.
   *
   * @param variables added to those of this JVM
   */
  public Process startUnbound(Map<String, String> variables) throws IOException {
    var builder = new ProcessBuilder(words()).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(variables);
    return builder.start();
  }
}

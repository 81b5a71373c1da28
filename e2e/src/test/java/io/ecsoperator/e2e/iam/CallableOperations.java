package io.ecsoperator.e2e.iam;

import io.ecsoperator.operator.EcsOperator;
import io.ecsoperator.plan.Plan;
import io.ecsoperator.sdkschema.SdkOperation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.analysis.Analyzer;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.Frame;
import org.objectweb.asm.tree.analysis.SourceInterpreter;
import org.objectweb.asm.tree.analysis.SourceValue;
import software.amazon.awssdk.services.ecs.EcsClient;

/**
 * The ECS operations that the operator can call, found in its compiled classes: each name of an
 * operation in the code counts, unless it only goes to methods that name an operation without
 * calling it. A way of calling that this class does not know therefore counts.
 */
final class CallableOperations {
  /** What the cache expects of a call that was made; methods that return one only name it. */
  private static final Type WRITE_RULE =
      Type.getObjectType("io/ecsoperator/operator/cache/AwsResource$WriteRule");

  /** Methods whose arguments name operations, and which lead to no call. */
  private static final Set<String> ONLY_NAME =
      Set.of(
          // Compares the operation of a call that exists.
          "java/lang/String.equals",
          "java/lang/String.hashCode",
          // The shape of requests and answers.
          "io/ecsoperator/operator/ecsjson/EcsType.request",
          "io/ecsoperator/operator/ecsjson/EcsType.response",
          "io/ecsoperator/plan/ComparableSchema$MemberMapping.between");

  private final Set<String> ofEcs = SdkOperation.all(EcsClient.class).keySet();
  private final SortedMap<String, SortedSet<String>> byPackage = new TreeMap<>();

  private CallableOperations() {}

  /** The names of operations, by the package whose code can call them. */
  static SortedMap<String, SortedSet<String>> byPackage() {
    CallableOperations callable = new CallableOperations();
    callable.addClassesBeside(EcsOperator.class);
    callable.addClassesBeside(Plan.class);
    return callable.byPackage;
  }

  /** The classes of the module that {@code type} belongs to: a folder or a jar. */
  private void addClassesBeside(Class<?> type) {
    try {
      Path module = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(module)) {
        addClasses(module);
      } else {
        try (FileSystem jar = FileSystems.newFileSystem(module)) {
          addClasses(jar.getPath("/"));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private void addClasses(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file :
          files.filter(found -> found.toString().endsWith(".class")).sorted().toList()) {
        ClassNode read = new ClassNode();
        new ClassReader(Files.readAllBytes(file)).accept(read, ClassReader.SKIP_DEBUG);
        for (MethodNode method : read.methods) {
          addMethod(read, method);
        }
      }
    }
  }

  private void addMethod(ClassNode owner, MethodNode method) {
    List<LdcInsnNode> names = new ArrayList<>();
    for (AbstractInsnNode instruction : method.instructions) {
      if (instruction instanceof LdcInsnNode constant
          && constant.cst instanceof String text
          && ofEcs.contains(text)) {
        names.add(constant);
      }
    }
    if (names.isEmpty()) {
      return;
    }
    Set<AbstractInsnNode> onlyNamed = onlyNamed(owner, method);
    names.stream()
        .filter(name -> !onlyNamed.contains(name))
        .forEach(
            name ->
                byPackage
                    .computeIfAbsent(packageOf(owner), _ -> new TreeSet<>())
                    .add((String) name.cst));
  }

  /** The constants that are arguments of methods that only name an operation. */
  private static Set<AbstractInsnNode> onlyNamed(ClassNode owner, MethodNode method) {
    Frame<SourceValue>[] frames = frames(owner, method);
    Set<AbstractInsnNode> found = new HashSet<>();
    for (int i = 0; i < frames.length; i++) {
      if (frames[i] != null
          && method.instructions.get(i) instanceof MethodInsnNode call
          && onlyNames(call)) {
        Frame<SourceValue> frame = frames[i];
        int arguments = Type.getArgumentCount(call.desc) + (isStatic(call) ? 0 : 1);
        for (int argument = 1; argument <= arguments; argument++) {
          found.addAll(frame.getStack(frame.getStackSize() - argument).insns);
        }
      }
    }
    // The items of an array that such a method takes.
    for (int i = 0; i < frames.length; i++) {
      if (frames[i] != null && method.instructions.get(i).getOpcode() == Opcodes.AASTORE) {
        Frame<SourceValue> frame = frames[i];
        if (found.containsAll(frame.getStack(frame.getStackSize() - 3).insns)) {
          found.addAll(frame.getStack(frame.getStackSize() - 1).insns);
        }
      }
    }
    return found;
  }

  private static boolean onlyNames(MethodInsnNode call) {
    return ONLY_NAME.contains(call.owner + "." + call.name)
        || Type.getReturnType(call.desc).equals(WRITE_RULE);
  }

  private static boolean isStatic(MethodInsnNode call) {
    return call.getOpcode() == Opcodes.INVOKESTATIC;
  }

  private static Frame<SourceValue>[] frames(ClassNode owner, MethodNode method) {
    try {
      return new Analyzer<>(new Sources()).analyze(owner.name, method);
    } catch (AnalyzerException e) {
      throw new IllegalStateException(owner.name + "." + method.name, e);
    }
  }

  private static String packageOf(ClassNode owner) {
    return owner.name.substring(0, owner.name.lastIndexOf('/')).replace('/', '.');
  }

  /** Where a value was made, also after it was copied or stored. */
  private static final class Sources extends SourceInterpreter {
    private Sources() {
      super(Opcodes.ASM9);
    }

    @Override
    public SourceValue copyOperation(AbstractInsnNode instruction, SourceValue value) {
      return value;
    }
  }
}

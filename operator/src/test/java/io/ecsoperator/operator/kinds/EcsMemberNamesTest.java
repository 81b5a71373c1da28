package io.ecsoperator.operator.kinds;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.operator.engine.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.ecs.model.EcsRequest;

/**
 * The member names by which ECS's JSON is read and requests are built, against the SDK's model. A
 * misspelt name would otherwise read as an absent member.
 */
class EcsMemberNamesTest {
  private static final Path OPERATOR = Path.of("src/main/java/io/ecsoperator/operator");

  /** Reads JSON by a name that is written in place. */
  private static final Pattern READ =
      Pattern.compile("\\.(?:path|get|has|at|required|findValue)\\(\\s*\"");

  /** Reads the part of a spec that is not ECS's. */
  private static final Pattern KUBERNETES_READ =
      Pattern.compile("\\.kubernetes\\(\\)\\s*\\.path\\(\"(\\w+)\"\\)(\\s*\\.path\\(\"\\w+\"\\))*");

  /** Reads JSON of the Kubernetes API, and none of ECS. */
  private static final String KUBERNETES_ONLY = "engine/FilledInSpec.java";

  /** Puts a member into a request, or filters a list by it, or names it as the resource's name. */
  private static final Pattern WRITE =
      Pattern.compile(
          "\\.(?:put|set|putArray|putObject|withArrayProperty|where|nameOr)\\(\\s*(\"\\w+\"|[A-Z_]+)[,)]");

  private static final Pattern CONSTANT = Pattern.compile("String ([A-Z_]+) =\\s*\"(\\w+)\";");

  private static final Pattern WORD = Pattern.compile("\\b[A-Z][a-z]+[A-Z]\\w+\\b");

  static Stream<Arguments> members() {
    return constants()
        .map(field -> arguments(field.getOwner().getSimpleName(), value(field)))
        .flatMap(
            arguments -> {
              EcsMember member = (EcsMember) arguments.get()[1];
              return member.type().names().stream()
                  .map(type -> arguments(arguments.get()[0], type, member.name()));
            });
  }

  @ParameterizedTest(name = "{0}: {1}.{2}")
  @MethodSource("members")
  void everyMemberThatIsReadIsInTheModel(String reader, String type, String member) {
    assertThat(SdkModel.names(SdkModel.type(type))).contains(member);
  }

  @Test
  void everyMemberIsAConstantSoThatTheTestAboveFindsIt() {
    List<JavaMethodCall> calls =
        ComparableSchemas.OPERATOR.stream()
            .flatMap(type -> type.getMethodCallsFromSelf().stream())
            .filter(call -> call.getTargetOwner().isEquivalentTo(EcsType.class))
            .filter(call -> call.getName().equals("member"))
            .toList();
    Map<String, Long> created =
        calls.stream().collect(groupingBy(call -> call.getOriginOwner().getName(), counting()));
    Map<String, Long> kept =
        constants().collect(groupingBy(field -> field.getOwner().getName(), counting()));

    assertThat(calls).isNotEmpty().allMatch(call -> isStaticInitializer(call.getOrigin()));
    assertThat(created).isEqualTo(kept);
  }

  static Stream<Path> sources() {
    return Stream.of("kinds", "engine", "status")
        .flatMap(folder -> javaFiles(OPERATOR.resolve(folder)))
        .filter(source -> !source.equals(OPERATOR.resolve(KUBERNETES_ONLY)));
  }

  @ParameterizedTest
  @MethodSource("sources")
  void ecsJsonIsReadByConstantsOnly(Path source) {
    assertThat(READ.matcher(KUBERNETES_READ.matcher(text(source)).replaceAll("")).results())
        .as("%s reads JSON by a name in place: declare an EcsMember", source)
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("sources")
  void theKubernetesPartIsReadByMembersThatTheKindDeclares(Path source) {
    Set<String> declared =
        TestKinds.all().stream().map(Kind::kubernetesMembers).flatMap(Set::stream).collect(toSet());

    assertThat(KUBERNETES_READ.matcher(text(source)).results().map(read -> read.group(1)))
        .allSatisfy(member -> assertThat(declared).contains(member));
  }

  @Test
  void emptyTextsUnderTheUsersOwnNamesStayInASpec() {
    Stream<String> maps =
        Stream.concat(
                ComparableSchemas.all().stream().map(schema -> schema.members().createOperation()),
                Stream.of("RunTask"))
            .flatMap(operation -> SdkModel.patterns(SdkModel.request(operation)))
            .filter(pattern -> pattern.endsWith("{}"))
            .map(pattern -> pattern.substring(pattern.lastIndexOf('.') + 1).replace("{}", ""))
            .distinct();

    assertThat(maps)
        .contains("dockerLabels", "options")
        .allSatisfy(
            map -> {
              ObjectNode spec = JsonNodeFactory.instance.objectNode();
              spec.putObject(map).put("own", "");
              EcsTaskDefinition object = new EcsTaskDefinition();
              object.setSpec(spec);

              assertThat(object.getSpec()).isEqualTo(spec);
            });
  }

  static Stream<Path> requestBuilders() {
    return Stream.concat(
        javaFiles(OPERATOR.resolve("kinds")),
        Stream.of("engine/OwnTags.java", "engine/Comparison.java").map(OPERATOR::resolve));
  }

  /** A kind's operations are those that its sources name. */
  @ParameterizedTest
  @MethodSource("requestBuilders")
  void everyMemberOfARequestIsInTheModelOfAnOperationOfTheKind(Path source) {
    String text = text(source);
    Map<String, String> constants =
        CONSTANT
            .matcher(text)
            .results()
            .collect(toMap(found -> found.group(1), found -> found.group(2)));
    Set<String> members =
        javaFiles(source.getParent())
            .flatMap(neighbour -> WORD.matcher(text(neighbour)).results())
            .map(word -> word.group())
            .distinct()
            .filter(EcsMemberNamesTest::isOperation)
            .flatMap(operation -> SdkModel.patterns(SdkModel.request(operation)))
            .flatMap(pattern -> Stream.of(pattern.split("[.\\[\\]{}]+")))
            .collect(toSet());

    assertThat(
            WRITE
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .map(
                    name ->
                        name.startsWith("\"")
                            ? name.substring(1, name.length() - 1)
                            : constants.getOrDefault(name, name)))
        .allSatisfy(member -> assertThat(members).contains(member));
  }

  private static boolean isOperation(String word) {
    try {
      Class.forName(EcsRequest.class.getPackageName() + "." + word + "Request");
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static Stream<JavaField> constants() {
    return ComparableSchemas.OPERATOR.stream()
        .flatMap(type -> type.getFields().stream())
        .filter(field -> field.getRawType().isEquivalentTo(EcsMember.class));
  }

  private static EcsMember value(JavaField constant) {
    try {
      Field field = constant.reflect();
      field.setAccessible(true);
      return (EcsMember) field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isStaticInitializer(JavaCodeUnit unit) {
    return unit.getName().equals("<clinit>");
  }

  private static Stream<Path> javaFiles(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path source) {
    try {
      return Files.readString(source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

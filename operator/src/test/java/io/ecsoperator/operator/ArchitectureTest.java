package io.ecsoperator.operator;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noConstructors;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.engine.Comparison;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.Finalizer;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.PlanExecutor;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.engine.ReconcileResult;
import io.ecsoperator.operator.engine.Reconciliation;
import io.ecsoperator.operator.engine.ReferenceCheck;
import io.ecsoperator.operator.engine.ResourceController;
import io.ecsoperator.operator.kinds.Kinds;
import io.ecsoperator.operator.status.EventRecorder;
import io.ecsoperator.operator.status.StatusStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The map of the operator's packages, as rules. */
@AnalyzeClasses(packages = "io.ecsoperator.operator", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String OPERATOR = "io.ecsoperator.operator";
  private static final String AWS = "io.ecsoperator.operator.aws..";
  private static final String CACHE = "io.ecsoperator.operator.cache..";
  private static final String FLEET = "io.ecsoperator.operator.fleet..";
  private static final String ENGINE = "io.ecsoperator.operator.engine..";
  private static final String KINDS = "io.ecsoperator.operator.kinds..";

  private static final DescribedPredicate<JavaClass> WRITERS_TO_KUBERNETES =
      belongToAnyOf(
              StatusStore.class, EventRecorder.class, Finalizer.class, ResourceController.class)
          .or(simpleName("TemplateObject"))
          .or(simpleName("FilledInSpec"))
          .or(simpleName("RunRecordWriter"))
          .or(simpleName("KubernetesLease"));

  @ArchTest
  static final ArchRule sdkTypesAppearOnlyInAws =
      noClasses()
          .that()
          .resideOutsideOfPackage(AWS)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("software.amazon.awssdk..");

  @ArchTest
  static final ArchRule onlyThePlanExecutorWrites =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(PlanExecutor.class.getName())
          .and(not(assignableTo(Ecs.class)))
          .should()
          .accessTargetWhere(ofEcs("write"));

  @ArchTest
  static final ArchRule onlyTheCacheAndTheCopyForQueriesRead =
      noClasses()
          .that()
          .resideOutsideOfPackages(CACHE, FLEET)
          .and(not(assignableTo(Ecs.class)))
          .should()
          .accessTargetWhere(ofEcs("read"));

  @ArchTest
  static final ArchRule theWayToAwsKnowsNothingOfKubernetes =
      noClasses()
          .that()
          .resideInAnyPackage(AWS, CACHE, FLEET)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..", "io.ecsoperator.crds..");

  @ArchTest
  static final ArchRule timeComesFromTheInjectedClock =
      noClasses()
          .that()
          .resideInAnyPackage(AWS, CACHE, FLEET, ENGINE)
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(Thread.class, "sleep", long.class);

  @ArchTest
  static final ArchRule packagesDoNotDependOnEachOtherInCircles =
      slices().matching("io.ecsoperator.operator.(*)..").should().beFreeOfCycles();

  /**
   * The line of packages in the design page: a package depends on none that stands left of it, nor
   * on one that stands beside it.
   */
  @ArchTest
  static void packagesDependInTheOrderOfTheDesignPage(JavaClasses all) {
    List<ArchRule> rules = notDependingToTheLeft();

    assertThat(rules).isNotEmpty();
    rules.forEach(rule -> rule.check(all));
  }

  /** Values that every package may use stand in the root package; the rest puts all together. */
  @ArchTest
  static final ArchRule nothingKnowsWhoPutsItTogether =
      noClasses()
          .that()
          .resideInAPackage(OPERATOR + ".*..")
          .should()
          .dependOnClassesThat(
              resideInAPackage(OPERATOR)
                  .and(
                      not(
                          belongToAnyOf(
                              ObjectKey.class,
                              CutText.class,
                              Backoff.class,
                              Scheduler.class,
                              VirtualThreadScheduler.class))));

  /** Tests let hours pass without a Kubernetes API server. */
  @ArchTest
  static final ArchRule theLoopNeedsNoApiServer =
      noClasses()
          .that(
              belongToAnyOf(
                  Reconciliation.class,
                  Kind.class,
                  ReconcileContext.class,
                  Decision.class,
                  Comparison.class,
                  PlanExecutor.class,
                  ReconcileResult.class,
                  ReferenceCheck.class))
          .or()
          .haveSimpleName("Execution")
          .or()
          .haveSimpleName("WriteGuard")
          .or()
          .haveSimpleName("HeldChanges")
          .or()
          .haveSimpleName("LocationCheck")
          .or()
          .haveSimpleName("StatusBuilder")
          .or()
          .resideInAPackage(KINDS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.fabric8.kubernetes.client..", "io.javaoperatorsdk..");

  @ArchTest
  static final ArchRule onlyTheStatusStoreWritesStatus =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(StatusStore.class.getName())
          .should()
          .callMethodWhere(
              target(owner(resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..")))
                  .and(target(nameMatching("subresource|(patch|update|replace|edit)Status"))));

  @ArchTest
  static final ArchRule onlyTheEventRecorderWritesEvents =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(EventRecorder.class.getName())
          .should()
          .dependOnClassesThat()
          .haveSimpleName("EventBuilder");

  @ArchTest
  static final ArchRule onlyTheseWriteToKubernetes =
      noClasses()
          .that(not(WRITERS_TO_KUBERNETES))
          .should()
          .callMethodWhere(
              target(owner(resideInAPackage("io.fabric8.kubernetes.client.dsl..")))
                  .and(
                      target(
                          nameMatching(
                              "patch|update|create|createOr.*|delete|edit.*|replace|serverSideApply"))));

  @ArchTest
  static final ArchRule observationsAreImmutable =
      classes()
          .that()
          .resideInAPackage(KINDS)
          .and()
          .areTopLevelClasses()
          .and()
          .haveSimpleNameEndingWith("Observation")
          .should()
          .beRecords();

  @ArchTest
  static void eachKindHasTheSameParts(JavaClasses all) {
    Set<JavaClass> kinds =
        all.stream()
            .filter(type -> type.isAssignableTo(Kind.class) && !type.isInterface())
            .collect(toSet());

    assertThat(kinds).isNotEmpty();
    assertThat(kinds)
        .allSatisfy(
            kind ->
                assertThat(List.of("Observer", "Observation", "Planner", "Resource"))
                    .allSatisfy(
                        part ->
                            assertThat(all.contain(kind.getName().replaceFirst("Kind$", "") + part))
                                .as(kind.getSimpleName() + ": " + part)
                                .isTrue()));
  }

  private static List<ArchRule> notDependingToTheLeft() {
    List<List<String>> line = packagesOfTheDesignPage();
    List<ArchRule> rules = new ArrayList<>();
    for (int i = 0; i < line.size(); i++) {
      for (String name : line.get(i)) {
        List<String> barred =
            line.subList(0, i + 1).stream()
                .flatMap(List::stream)
                .filter(other -> !other.equals(name))
                .map(other -> OPERATOR + "." + other + "..")
                .toList();
        if (!barred.isEmpty()) {
          rules.add(
              noClasses()
                  .that()
                  .resideInAPackage(OPERATOR + "." + name + "..")
                  .should()
                  .dependOnClassesThat()
                  .resideInAnyPackage(barred.toArray(String[]::new)));
        }
      }
    }
    return rules;
  }

  /** The packages in their order; those that stand beside each other are in one list. */
  private static List<List<String>> packagesOfTheDesignPage() {
    try (Stream<String> lines = Files.lines(Path.of("..", "docs", "design", "README.md"))) {
      String line =
          lines.filter(text -> text.strip().startsWith("kinds ► ")).findFirst().orElseThrow();
      return Stream.of(line.strip().split(" ► "))
          .map(group -> List.of(group.strip().split("\\s*·\\s*")))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ArchTest
  static void theDesignPageNamesEveryPackage(JavaClasses all) {
    assertThat(packagesOfTheDesignPage().stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(
            all.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith(OPERATOR + "."))
                .map(name -> name.substring(OPERATOR.length() + 1).split("\\.")[0])
                .collect(toSet()));
  }

  @ArchTest
  static final ArchRule plannersArePure =
      noClasses()
          .that()
          .haveSimpleNameEndingWith("Planner")
          .or()
          .haveSimpleNameEndingWith("Observation")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..", "software.amazon.awssdk..")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Clock.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(EcsReader.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(PlanExecutor.class);

  @ArchTest
  static final ArchRule kindsDoNotKnowEachOther =
      slices().matching("io.ecsoperator.operator.kinds.(*)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule ofAKindOnlyTheKindAndItsTablesArePublic =
      classes()
          .that()
          .resideInAPackage(KINDS)
          .and()
          .areTopLevelClasses()
          .and()
          .arePublic()
          .and()
          .doNotHaveFullyQualifiedName(Kinds.class.getName())
          .and()
          .haveSimpleNameNotEndingWith("Resource")
          .should()
          .implement(Kind.class);

  /** Only the composition root names the list of kinds, and nothing outside names one of them. */
  @ArchTest
  static final ArchRule nothingOutsideKindsNamesAKind =
      noClasses()
          .that()
          .resideOutsideOfPackage(KINDS)
          .should()
          .dependOnClassesThat(
              resideInAPackage(KINDS)
                  .and(not(equivalentTo(Kinds.class)))
                  .or(resideInAPackage("io.ecsoperator.crds.*..")));

  @ArchTest
  static final ArchRule nothingStaticChanges =
      fields().that().areStatic().should().beFinal().andShould(notBeACollectionThatGrows());

  @ArchTest
  static final ArchRule onlyMainReadsTheWallClock =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(Main.class.getName())
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(Clock.class, "systemDefaultZone");

  /** What a static collection holds is fixed when it is made. */
  private static ArchCondition<JavaField> notBeACollectionThatGrows() {
    return new ArchCondition<>("not be a collection that grows") {
      @Override
      public void check(JavaField field, ConditionEvents events) {
        JavaClass type = field.getRawType();
        boolean grows =
            type.isAssignableTo("java.util.concurrent.ConcurrentMap")
                || type.isAssignableTo("java.util.concurrent.atomic.AtomicReference")
                || type.isAssignableTo("java.util.concurrent.atomic.AtomicInteger")
                || type.isAssignableTo("java.util.concurrent.atomic.AtomicLong")
                || type.isAssignableTo("java.util.ArrayList")
                || type.isAssignableTo("java.util.HashMap");
        if (grows) {
          events.add(SimpleConditionEvent.violated(field, field.getFullName() + " can change"));
        }
      }
    };
  }

  private static DescribedPredicate<JavaAccess<?>> ofEcs(String method) {
    return target(owner(assignableTo(Ecs.class))).and(target(name(method)));
  }

  @ArchTest
  static final ArchRule constructorsHaveFewerThanTenArguments =
      noConstructors()
          .should()
          .haveRawParameterTypes(describe("ten or more", types -> types.size() > 9));
}

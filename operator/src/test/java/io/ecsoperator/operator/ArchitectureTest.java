package io.ecsoperator.operator;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noConstructors;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
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
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.PlanExecutor;
import io.ecsoperator.operator.kinds.Kinds;
import java.time.Clock;
import java.time.Instant;

/** The map of the operator's packages, as rules. */
@AnalyzeClasses(packages = "io.ecsoperator.operator", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String AWS = "io.ecsoperator.operator.aws..";
  private static final String CACHE = "io.ecsoperator.operator.cache..";
  private static final String ENGINE = "io.ecsoperator.operator.engine..";
  private static final String KINDS = "io.ecsoperator.operator.kinds..";

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
  static final ArchRule onlyTheCacheReads =
      noClasses()
          .that()
          .resideOutsideOfPackage(CACHE)
          .and(not(assignableTo(Ecs.class)))
          .should()
          .accessTargetWhere(ofEcs("read"));

  @ArchTest
  static final ArchRule theWayToAwsKnowsNothingOfKubernetes =
      noClasses()
          .that()
          .resideInAnyPackage(AWS, CACHE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..", "io.ecsoperator.crds..");

  @ArchTest
  static final ArchRule timeComesFromTheInjectedClock =
      noClasses()
          .that()
          .resideInAnyPackage(AWS, CACHE, ENGINE)
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

package io.ecsoperator.operator;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.ecsoperator.operator.aws.Ecs;
import java.time.Instant;

/** The map of the operator's packages, as rules. */
@AnalyzeClasses(packages = "io.ecsoperator.operator", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String AWS = "io.ecsoperator.operator.aws..";
  private static final String REPLICA = "io.ecsoperator.operator.replica..";
  private static final String ACT = "io.ecsoperator.operator.act..";

  @ArchTest
  static final ArchRule sdkTypesAppearOnlyInAws =
      noClasses()
          .that()
          .resideOutsideOfPackage(AWS)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("software.amazon.awssdk..");

  @ArchTest
  static final ArchRule onlyActWrites =
      noClasses()
          .that()
          .resideOutsideOfPackage(ACT)
          .and(not(assignableTo(Ecs.class)))
          .should()
          .accessTargetWhere(ofEcs("write"));

  @ArchTest
  static final ArchRule onlyTheReplicaReads =
      noClasses()
          .that()
          .resideOutsideOfPackage(REPLICA)
          .and(not(assignableTo(Ecs.class)))
          .should()
          .accessTargetWhere(ofEcs("read"));

  @ArchTest
  static final ArchRule theWayToAwsKnowsNothingOfKubernetes =
      noClasses()
          .that()
          .resideInAnyPackage(AWS, REPLICA, ACT)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..", "io.ecsoperator.crds..");

  @ArchTest
  static final ArchRule timeComesFromTheInjectedClock =
      noClasses()
          .that()
          .resideInAnyPackage(AWS, REPLICA, ACT)
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

  private static DescribedPredicate<JavaAccess<?>> ofEcs(String method) {
    return target(owner(assignableTo(Ecs.class))).and(target(name(method)));
  }
}

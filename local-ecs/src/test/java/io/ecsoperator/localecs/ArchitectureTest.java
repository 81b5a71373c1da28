package io.ecsoperator.localecs;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noConstructors;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.ecsoperator.localecs.world.World;
import java.time.Instant;

@AnalyzeClasses(
    packages = "io.ecsoperator.localecs",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "io.ecsoperator.localecs";

  /** The packages with state that belongs to the world's thread. */
  private static final String[] STATE = {
    ROOT + ".cluster..",
    ROOT + ".instance..",
    ROOT + ".setting..",
    ROOT + ".taskdefinition..",
    ROOT + ".task..",
    ROOT + ".service..",
    ROOT + ".external..",
    ROOT + ".event..",
    ROOT + ".tag..",
    ROOT + ".region.."
  };

  @ArchTest
  static final ArchRule standsAlone =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.ecsoperator.operator..",
              "io.ecsoperator.crds..",
              "io.ecsoperator.plan..",
              "io.fabric8..",
              "io.javaoperatorsdk..");

  @ArchTest
  static final ArchRule layers =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("library")
          .definedBy(ROOT)
          .layer("endpoint")
          .definedBy(ROOT + ".endpoint..")
          .layer("region")
          .definedBy(ROOT + ".region..")
          .layer("service")
          .definedBy(ROOT + ".service..")
          .layer("task")
          .definedBy(ROOT + ".task..")
          .layer("taskdefinition")
          .definedBy(ROOT + ".taskdefinition..")
          .layer("instance")
          .definedBy(ROOT + ".instance..")
          .layer("cluster")
          .definedBy(ROOT + ".cluster..")
          .layer("world")
          .definedBy(ROOT + ".world..")
          .layer("protocol")
          .definedBy(ROOT + ".protocol..")
          .whereLayer("library")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("endpoint")
          .mayOnlyBeAccessedByLayers("library")
          .whereLayer("region")
          .mayOnlyBeAccessedByLayers("library", "endpoint")
          .whereLayer("service")
          .mayOnlyBeAccessedByLayers("region")
          .whereLayer("task")
          .mayOnlyBeAccessedByLayers("region", "service")
          .whereLayer("taskdefinition")
          .mayOnlyBeAccessedByLayers("region", "service", "task")
          .whereLayer("instance")
          .mayOnlyBeAccessedByLayers("endpoint", "region", "service", "task")
          .whereLayer("cluster")
          .mayOnlyBeAccessedByLayers("region", "service", "task", "instance")
          .whereLayer("world")
          .mayNotAccessAnyLayer()
          .whereLayer("protocol")
          .mayNotAccessAnyLayer();

  @ArchTest
  static final ArchRule stateNeedsNoLocksAndStartsNoThreads =
      noClasses()
          .that()
          .resideInAnyPackage(STATE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.util.concurrent..")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Thread.class);

  @ArchTest
  static final ArchRule stateKnowsNoTimeButTheWorlds =
      noClasses()
          .that()
          .resideInAnyPackage(STATE)
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(java.time.InstantSource.class);

  @ArchTest
  static final ArchRule stateDoesNotWaitForTheWorld =
      noClasses()
          .that()
          .resideInAnyPackage(STATE)
          .should()
          .callMethod(World.class, "call", java.util.function.Supplier.class)
          .orShould()
          .callMethod(World.class, "run", Runnable.class);

  @ArchTest
  static final ArchRule constructorsHaveFewerThanTenArguments =
      noConstructors()
          .should()
          .haveRawParameterTypes(describe("ten or more", types -> types.size() > 9));
}

package dev.weft.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between modules, and who may do I/O inside this one. */
@AnalyzeClasses(packages = "dev.weft", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule operatorSeesNeitherAgentNorCli =
      noClasses()
          .that()
          .resideInAPackage("dev.weft.operator..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.weft.agent..", "dev.weft.cli..", "dev.weft.e2e..");

  @ArchTest
  static final ArchRule coreAndApiDoNotSeeTheOperator =
      noClasses()
          .that()
          .resideInAnyPackage("dev.weft.mesh..", "dev.weft.api..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.weft.operator..");

  @ArchTest
  static final ArchRule apiDoesNotSeeTheCore =
      noClasses()
          .that()
          .resideInAPackage("dev.weft.api..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.weft.mesh..");

  @ArchTest
  static final ArchRule josdkStaysWithTheWatches =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.weft.operator.observe..",
              "dev.weft.operator.publish..",
              "dev.weft.operator.loop..",
              "dev.weft.operator.http..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.javaoperatorsdk..");

  @ArchTest
  static final ArchRule observersWriteNothing =
      noClasses()
          .that()
          .resideInAPackage("dev.weft.operator.observe..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("io.fabric8.kubernetes.client.KubernetesClient");

  @ArchTest
  static final ArchRule statusesAreComputedWithoutTheClient =
      noClasses()
          .that()
          .haveNameMatching(
              "dev\\.weft\\.operator\\.publish\\.(.*Statuses|Conditions|Removal|.*Facts|Words).*")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.fabric8.kubernetes.client..");
}

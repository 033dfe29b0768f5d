package dev.weft.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.weft.cli")
class ArchitectureTest {
  @ArchTest
  static final ArchRule seesNeitherOperatorNorAgent =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.weft.operator..", "dev.weft.agent..");
}

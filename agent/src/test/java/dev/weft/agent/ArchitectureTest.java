package dev.weft.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between modules, and who may do I/O inside this one. */
@AnalyzeClasses(packages = "dev.weft", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule agentSeesNeitherOperatorNorCli =
      noClasses()
          .that()
          .resideInAPackage("dev.weft.agent..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.weft.operator..", "dev.weft.cli..", "dev.weft.e2e..");

  @ArchTest
  static final ArchRule nativeCallsLiveInOnePackage =
      noClasses()
          .that()
          .resideInAPackage("dev.weft.agent..")
          .and()
          .resideOutsideOfPackage("dev.weft.agent.nativelib..")
          .and()
          .doNotHaveFullyQualifiedName("dev.weft.agent.nftables.Nftables") // keeps a handle
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jnr..", "com.kenai..");

  @ArchTest
  static final ArchRule kernelSideKnowsNoApiServer =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.weft.agent.kernel..",
              "dev.weft.agent.netlink..",
              "dev.weft.agent.rtnetlink..",
              "dev.weft.agent.wireguard..",
              "dev.weft.agent.userspace..",
              "dev.weft.agent.nftables..",
              "dev.weft.agent.iptables..",
              "dev.weft.agent.firewall..",
              "dev.weft.agent.nativelib..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.fabric8.kubernetes.client..", "dev.weft.agent.view..", "dev.weft.agent.report..");

  @ArchTest
  static final ArchRule decisionsDoNoInputOrOutput =
      noClasses()
          .that()
          .haveSimpleName("ViewGate")
          .or()
          .haveSimpleName("AcceptedView")
          .or()
          .haveSimpleName("Additions")
          .or()
          .haveSimpleName("Findings")
          .or()
          .haveSimpleName("ReportBuilder")
          .or()
          .haveSimpleName("ReportSchedule")
          .or()
          .haveSimpleName("UnderlayLinks")
          .or()
          .haveSimpleName("LeaseTerms")
          .or()
          .haveSimpleName("OptionReader")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.fabric8.kubernetes.client..", "org.slf4j..", "java.nio.channels..");

  @ArchTest
  static final ArchRule onlyTheKeyMakerKnowsTheCurve =
      noClasses()
          .that()
          .resideInAPackage("dev.weft.agent..")
          .and()
          .doNotHaveSimpleName("KeyPairs")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bouncycastle..");
}

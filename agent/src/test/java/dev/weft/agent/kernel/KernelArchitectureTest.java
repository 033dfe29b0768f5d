package dev.weft.agent.kernel;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.weft.agent.nativelib.NativeLibraries;
import dev.weft.agent.nativelib.NativeSocket;
import dev.weft.agent.netlink.NetlinkSocket;
import org.junit.jupiter.api.Test;

/** Who may touch native code, and that codecs do no I/O. */
class KernelArchitectureTest {
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.weft.agent");

  @Test
  void nativeCallsLiveInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.weft.agent.nativelib", "dev.weft.agent.nftables")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jnr..")
        .check(ALL);
  }

  @Test
  void routeCodecDoesNoInputOrOutput() {
    noClasses()
        .that()
        .resideInAPackage("dev.weft.agent.rtnetlink")
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(NetlinkSocket.class, NativeSocket.class, NativeLibraries.class)
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("java.io..", "java.nio.file..", "java.nio.channels..", "java.time..")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(ALL);
  }

  @Test
  void kernelSideKnowsNoCluster() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.weft.agent.nativelib",
            "dev.weft.agent.netlink",
            "dev.weft.agent.rtnetlink",
            "dev.weft.agent.wireguard",
            "dev.weft.agent.userspace",
            "dev.weft.agent.nftables",
            "dev.weft.agent.iptables",
            "dev.weft.agent.firewall",
            "dev.weft.agent.kernel")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.fabric8..")
        .check(ALL);
  }
}

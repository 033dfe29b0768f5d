package dev.weft.e2e;

import dev.weft.e2e.cluster.RealCluster;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** Tests on a cluster with real kubelets in which Weft is installed and ready. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OnRealKubelets {
  private final String spec;
  private @Nullable KubeletBed bed;

  /**
   * @param spec a name from {@code e2e/clusters}
   */
  OnRealKubelets(String spec) {
    this.spec = spec;
  }

  @BeforeAll
  void up() {
    bed = KubeletBed.installed(getClass(), spec);
  }

  @AfterAll
  void down() {
    if (System.getenv("WEFT_LAB_KEEP") == null) {
      KubeletBed.assertNothingLeft(getClass());
    }
  }

  KubeletBed bed() {
    return Objects.requireNonNull(bed);
  }

  RealCluster cluster() {
    return bed().cluster();
  }
}

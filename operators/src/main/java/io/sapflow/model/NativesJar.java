package io.sapflow.model;

import ai.djl.util.Platform;
import java.util.Optional;

/** The jar with libtorch, which natives of another platform do not replace. */
final class NativesJar {

  private static final String LIBRARIES = "PYTORCH_LIBRARY_PATH";

  private NativesJar() {}

  /** Which jar is missing, and where it must go; empty if one of this platform is there. */
  static Optional<String> missing() {
    // DJL's word for a platform that it would have to download.
    Platform platform = Platform.detectPlatform("pytorch");
    return platform.isPlaceholder()
        ? Optional.of(
            missing(platform.getVersion(), platform.getClassifier(), System.getenv(LIBRARIES)))
        : Optional.empty();
  }

  /**
   * The words.
   *
   * @param version of libtorch
   * @param platform such as linux-x86_64
   * @param libraries where libtorch lies otherwise; null for nowhere
   */
  static String missing(String version, String platform, String libraries) {
    String jar = "pytorch-native-cpu-" + version + "-" + platform + ".jar";
    return "libtorch: found no "
        + jar
        + " on the class path, and "
        + (libraries == null
            ? "no " + LIBRARIES + " in the environment"
            : "no "
                + System.mapLibraryName("torch")
                + " in "
                + LIBRARIES
                + ", which is "
                + libraries)
        + "; expected that jar in lib/ of each Flink process before it starts, as"
        + " sapflow-flink-lib.zip holds it";
  }
}

package io.sapflow.model;

/** What is said of the jar with libtorch, which natives of another platform do not replace. */
final class NativesJar {

  /** In the environment: where libtorch lies otherwise. */
  static final String LIBRARIES = "PYTORCH_LIBRARY_PATH";

  private NativesJar() {}

  /**
   * That it is missing, and where it must go.
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

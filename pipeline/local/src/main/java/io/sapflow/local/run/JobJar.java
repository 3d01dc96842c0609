package io.sapflow.local.run;

import io.sapflow.local.stack.SapflowHome;
import java.nio.file.Files;
import java.nio.file.Path;

/** The jar that goes to a cluster: everything of the job but Flink and DJL. */
public final class JobJar {

  private static final String NAME = "sapflow-job.jar";

  private JobJar() {}

  /**
   * The one beside an installed command line, or that of the build.
   *
   * @throws IllegalStateException if there is none
   */
  public static Path find() {
    Path home = SapflowHome.find();
    Path installed = home.resolve(NAME);
    if (Files.isRegularFile(installed)) {
      return installed;
    }
    Path built = home.resolve("pipeline/job/target").resolve(NAME);
    if (!Files.isRegularFile(built)) {
      throw new IllegalStateException(built + ": is missing; mvn package makes it");
    }
    return built;
  }
}

package io.sapflow.pipeline.run;

import io.sapflow.pipeline.stack.SapflowHome;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The jar that goes to a cluster: everything of the job but Flink and DJL. */
public final class JobJar {

  private static final String NAME = "sapflow-job.jar";

  private JobJar() {}

  /**
   * The one that this very class comes from, or that of the build.
   *
   * @throws IllegalStateException if there is none
   */
  public static Path find() {
    Path own = origin();
    if (own.endsWith(NAME)) {
      return own;
    }
    Path built = SapflowHome.find().resolve("pipeline/target").resolve(NAME);
    if (!Files.isRegularFile(built)) {
      throw new IllegalStateException(built + ": is missing; mvn package makes it");
    }
    return built;
  }

  private static Path origin() {
    try {
      return Path.of(JobJar.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}

package io.sapflow.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The release of Sapflow, as the build wrote it into {@code release.properties}. */
public final class Release {

  private Release() {}

  /** Its version, such as 0.1.0. */
  public static String name() {
    Properties built = new Properties();
    try (InputStream in = Release.class.getResourceAsStream("release.properties")) {
      built.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return built.getProperty("sapflow");
  }
}

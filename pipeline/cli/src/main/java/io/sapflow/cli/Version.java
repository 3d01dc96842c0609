package io.sapflow.cli;

import io.sapflow.job.Release;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The release, and the versions that the build wrote into {@code version.properties}. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    Properties built = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      built.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new String[] {
      "sapflow %s (Flink %s, Kafka %s, PyTorch %s)"
          .formatted(
              Release.name(),
              built.getProperty("flink"),
              built.getProperty("kafka"),
              built.getProperty("pytorch"))
    };
  }
}

package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The jar that the build has made for a cluster. */
class JobJarIT {

  private static final Path JAR = Path.of("target/sapflow-job.jar");

  /** The job's own, those of the operators' module, and what these rest on. */
  private static final Set<String> PACKAGES =
      Set.of(
          "schema",
          "template",
          "http",
          "model",
          "adapter",
          "metrics",
          "ingest",
          "tokens",
          "batch",
          "sap",
          "train",
          "probe",
          "gate",
          "alert",
          "telemetry",
          "control",
          "publish",
          "job");

  @Test
  void jar_holdsTheJobAlone() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      Set<String> own =
          jar.stream()
              .map(JarEntry::getName)
              .filter(name -> name.startsWith("io/sapflow/") && name.endsWith(".class"))
              .map(name -> name.split("/")[2])
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(own).contains("job", "train", "schema", "template").isSubsetOf(PACKAGES);
      // Without it Kafka's clients get no tokens.
      assertThat(jar.getEntry("org/jose4j/keys/resolvers/VerificationKeyResolver.class"))
          .isNotNull();
      assertThat(jar.getEntry("toy-model/model.safetensors")).isNull();
      assertThat(jar.getEntry("log4j2.properties")).isNull();
    }
  }
}

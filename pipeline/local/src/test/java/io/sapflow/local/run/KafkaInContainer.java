package io.sapflow.local.run;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import io.sapflow.local.stack.WorkDirectory;
import java.time.Duration;
import org.opentest4j.TestAbortedException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** A Kafka broker in a container of its own. */
final class KafkaInContainer {

  private static final String OFFICIAL = "apache/kafka";
  private static final String DEFAULT = OFFICIAL + ":4.2.1";
  private static final String VARIABLE = "SAPFLOW_KAFKA_IMAGE";
  private static final int PORT = 9092;
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  private KafkaInContainer() {}

  /**
   * Starts a broker that the work directory owns from the first moment: it goes with the directory,
   * after a failure and on Ctrl-C too.
   *
   * @throws TestAbortedException if no Docker engine answers or the image cannot be had; a broker
   *     that does not start is a failure
   */
  static KafkaContainer start(WorkDirectory work) {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      throw new TestAbortedException("no Docker engine answers");
    }
    String image = System.getenv().getOrDefault(VARIABLE, DEFAULT);
    KafkaContainer kafka =
        work.own(
            new KafkaContainer(DockerImageName.parse(image).asCompatibleSubstituteFor(OFFICIAL)));
    kafka.withCreateContainerCmdModifier(KafkaInContainer::publishOnLoopback);
    kafka.withStartupTimeout(START_LIMIT);
    fetch(kafka, image);
    kafka.start();
    return kafka;
  }

  private static void fetch(KafkaContainer kafka, String image) {
    try {
      // Resolves the image, which pulls it if the engine does not have it.
      kafka.getDockerImageName();
    } catch (ContainerFetchException e) {
      throw new TestAbortedException(
          "the image " + image + " cannot be had; " + VARIABLE + " names another", e);
    }
  }

  /** On a free port; Docker's own default is every interface. */
  private static void publishOnLoopback(CreateContainerCmd command) {
    command
        .getHostConfig()
        .withPortBindings(
            new PortBinding(Ports.Binding.bindIp("127.0.0.1"), ExposedPort.tcp(PORT)));
  }
}

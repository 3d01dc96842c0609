package io.sapflow.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.kafka.StackException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class KafkaBrokerIT {
  private static final String TOPIC = "words";

  @TempDir Path dir;

  @Test
  void restart_afterStopAndKill_keepsCommittedRecords() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start(dir.resolve("a bröker"))) {
      String servers = broker.bootstrapServers();
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
        admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
      }
      write(servers, "committed", true);
      write(servers, "aborted", false);
      assertThat(read(servers, 1)).containsExactly("committed");

      long first = broker.pid();
      broker.restart();
      assertThat(ProcessHandle.of(first)).isEmpty();
      assertThat(broker.bootstrapServers()).isEqualTo(servers);
      write(servers, "second", true);

      broker.kill();
      assertThat(broker.isRunning()).isFalse();
      broker.restart();
      write(servers, "third", true);
      assertThat(read(servers, 3)).containsExactly("committed", "second", "third");
    }
  }

  @Test
  void start_commaInTheDirectory_isRefused() {
    assertThatThrownBy(() -> KafkaBroker.start(dir.resolve("a,b")))
        .isInstanceOf(StackException.class)
        .hasMessage("the Kafka broker's directory must not hold a comma: " + dir.resolve("a,b"));
  }

  @Test
  void listen_anyOtherAddress_isRefused() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start(dir)) {
      int port = Integer.parseInt(broker.bootstrapServers().split(":")[1]);
      connect("127.0.0.1", port);
      for (String other : otherAddresses()) {
        assertThatThrownBy(() -> connect(other, port)).as(other).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void killedParent_broker_endsToo() throws Exception {
    Process parent = startParent();
    try {
      ProcessHandle broker = brokerOf(parent);
      assertThat(broker.isAlive()).isTrue();
      parent.destroyForcibly().waitFor();
      broker.onExit().get(10, TimeUnit.SECONDS);
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void interruptedParent_broker_isStoppedAndTheWorkDirectoryDeleted() throws Exception {
    Process parent = startParent();
    try {
      ProcessHandle broker = brokerOf(parent);
      // A terminal sends the signal to the whole group; the broker waits for its parent's word.
      interrupt(broker.pid());
      Thread.sleep(500);
      assertThat(broker.isAlive()).isTrue();
      interrupt(parent.pid());
      assertThat(parent.waitFor(30, TimeUnit.SECONDS)).isTrue();
      broker.onExit().get(1, TimeUnit.SECONDS);
      assertThat(dir).isEmptyDirectory();
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void start_unusableDirectory_saysTheLastLogLines() throws Exception {
    Files.writeString(dir.resolve("data"), "a file where the data directory should be");
    assertThatThrownBy(() -> KafkaBroker.start(dir))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("the Kafka broker in " + dir + " ended while starting")
        .hasMessageContaining("the end of its log broker.log:\n")
        .hasMessageContaining(dir.resolve("data").toString());
  }

  private Process startParent() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "-D" + SapflowHome.PROPERTY + "=" + SapflowHome.find(),
            BrokerParent.class.getName(),
            dir.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static ProcessHandle brokerOf(Process parent) throws IOException {
    String pid = parent.inputReader(StandardCharsets.UTF_8).readLine();
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  private static void interrupt(long pid) throws Exception {
    new ProcessBuilder("kill", "-INT", Long.toString(pid)).inheritIO().start().waitFor();
  }

  private static void write(String servers, String value, boolean commit) throws Exception {
    Map<String, Object> config = Map.of("bootstrap.servers", servers, "transactional.id", "t");
    try (var producer =
        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(TOPIC, value)).get();
      if (commit) {
        producer.commitTransaction();
      } else {
        producer.abortTransaction();
      }
    }
  }

  /** The first {@code count} committed values of the topic. */
  private static List<String> read(String servers, int count) {
    Map<String, Object> config =
        Map.of("bootstrap.servers", servers, "isolation.level", "read_committed");
    List<String> values = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions = List.of(new TopicPartition(TOPIC, 0));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (values.size() < count && System.nanoTime() < end) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
          values.add(record.value());
        }
      }
    }
    return values;
  }

  private static void connect(String host, int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), 2_000);
    }
  }

  /** This machine's other addresses; 127.0.0.2 answers on Linux when all interfaces are bound. */
  private static List<String> otherAddresses() throws IOException {
    Stream<String> outside =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
            .map(InetAddress::getHostAddress);
    return Stream.concat(Stream.of("127.0.0.2"), outside).toList();
  }
}

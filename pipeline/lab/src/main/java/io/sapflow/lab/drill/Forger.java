package io.sapflow.lab.drill;

import io.sapflow.local.run.Feed;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.Topics;
import io.sapflow.schema.VersionStatus;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A stranger who may write to the adapters topic, and knows what is written there. */
final class Forger implements AutoCloseable {

  private static final Set<VersionStatus> BAD =
      Set.of(VersionStatus.REJECTED, VersionStatus.ROLLED_BACK);

  private final Feed feed;
  private final RecordCodec<AdapterVersion> codec = RecordCodec.of(AdapterVersion.class);
  private final Set<String> versions = new HashSet<>();

  /** A stranger to a broker, without any key. */
  Forger(String bootstrapServers) {
    feed = new Feed(bootstrapServers);
  }

  /**
   * Calls promoted the newest version that was rejected or undone, and once more the first that was
   * promoted.
   *
   * @param known versions in the order they were made, each with its latest status
   * @throws IllegalStateException if none was rejected or undone
   */
  void promote(List<AdapterVersion> known) {
    AdapterVersion bad =
        known.stream()
            .filter(version -> BAD.contains(version.getStatus()))
            .reduce((first, second) -> second)
            .orElseThrow(() -> new IllegalStateException("no version was rejected or undone"));
    versions.add(bad.getVersion());
    write(bad);
    known.stream()
        .filter(version -> version.getStatus() == VersionStatus.PROMOTED)
        .findFirst()
        .ifPresent(this::write);
    feed.flush();
  }

  private void write(AdapterVersion version) {
    feed.send(
        new ProducerRecord<>(
            Topics.ADAPTERS,
            version.getAdapterId().getBytes(StandardCharsets.UTF_8),
            codec.encode(
                AdapterVersion.newBuilder(version)
                    .setStatus(VersionStatus.PROMOTED)
                    .setReason(null)
                    .build())));
  }

  /** Names of those that it called promoted, and the gate had not. */
  Set<String> versions() {
    return Set.copyOf(versions);
  }

  @Override
  public void close() {
    feed.close();
  }
}

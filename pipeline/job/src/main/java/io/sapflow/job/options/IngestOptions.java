package io.sapflow.job.options;

import io.sapflow.ingest.EnvelopeLimits;
import io.sapflow.ingest.ExampleFormat;
import io.sapflow.ingest.IngestLimits;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;

/** Which records are taken, and how much of them. */
public final class IngestOptions {

  static final OptionGroup GROUP = new OptionGroup("Records that come in");

  public static final ConfigOption<Integer> MAX_TOKENS =
      GROUP
          .whole("sapflow.tokens.max-length")
          .atLeast(2)
          .in("tokens")
          .byDefault(2048)
          .says(
              "The most tokens of an example, never more than the model's context; longer ones are cut, or set aside if nothing to train is left.");

  public static final ConfigOption<ExampleFormat> FORMAT =
      GROUP
          .word("sapflow.examples.format", ExampleFormat.class)
          .byDefault(ExampleFormat.AVRO)
          .says(
              "What the values of the examples topics are written in: Avro's single-object encoding, Confluent's wire format with a schema registry, or a JSON object; records in another format are set aside.");

  public static final ConfigOption<String> REGISTRY_URL =
      GROUP
          .text("sapflow.schema-registry.url")
          .says(
              "Address of the schema registry, http or https, which the format confluent needs; of several, separated by commas, each is asked in turn. A user's name and password are taken from SAPFLOW_SCHEMA_REGISTRY_AUTH in the environment.");

  public static final ConfigOption<Map<String, String>> SOURCES_TOPICS =
      GROUP
          .map("sapflow.sources.topics")
          .says(
              "Topics of examples beside the examples topic, each with the source whose examples are on it, TOPIC:SOURCE,TOPIC:SOURCE; the brokers' ACLs let nobody else write there. Once there is a topic or a key, examples of unproven sources are set aside.");

  public static final ConfigOption<List<String>> SOURCES_KEYS =
      GROUP
          .texts("sapflow.sources.keys")
          .says(
              "Sources that sign their examples: the header sapflow-signature is the HMAC-SHA256 of the record's value in hex, its key is in the environment of the tasks as SAPFLOW_SOURCE_KEY_ and the source's name in capitals, with _ for - and .; names are separated by ;.");

  public static final ConfigOption<Integer> MAX_TURNS =
      GROUP
          .whole("sapflow.ingest.max-turns")
          .atLeast(1)
          .in("turns")
          .byDefault(IngestLimits.DEFAULT.turns())
          .says(
              "The most turns of an example's conversation, or of a prompt; longer ones are set aside.");

  public static final ConfigOption<Integer> MAX_CONTENT_CHARS =
      GROUP
          .whole("sapflow.ingest.max-content-chars")
          .atLeast(1)
          .in("UTF-16 units")
          .byDefault(IngestLimits.DEFAULT.contentChars())
          .says(
              "The most characters of all turns of a record together, and of an answer; longer ones are set aside.");

  public static final ConfigOption<Integer> MAX_ID_CHARS =
      GROUP
          .whole("sapflow.ingest.max-id-chars")
          .atLeast(IngestLimits.DEFAULT.idChars())
          .atMost(4096)
          .in("UTF-16 units")
          .byDefault(IngestLimits.DEFAULT.idChars())
          .says(
              "The most characters of an id, a source, an issuer or a category, which steps and alerts repeat.");

  public static final ConfigOption<Integer> MAX_ATTRIBUTES =
      GROUP
          .whole("sapflow.ingest.max-attributes")
          .atLeast(1)
          .atMost(100000)
          .in("attributes")
          .byDefault(IngestLimits.DEFAULT.attributes())
          .says(
              "The most attributes of an example, or arguments of a command; records with more are set aside.");

  public static final ConfigOption<Integer> MAX_ATTRIBUTE_CHARS =
      GROUP
          .whole("sapflow.ingest.max-attribute-chars")
          .atLeast(1)
          .atMost(4194304)
          .in("UTF-16 units")
          .byDefault(IngestLimits.DEFAULT.attributeChars())
          .says(
              "The most characters of the names and values of all of them together; longer ones are set aside.");

  public static final ConfigOption<Integer> MAX_RECORD_BYTES =
      GROUP
          .whole("sapflow.ingest.max-record-bytes")
          .atLeast(1024)
          .atMost(8388608)
          .in("bytes")
          .byDefault(EnvelopeLimits.DEFAULT.recordBytes())
          .says(
              "The most bytes of a record as it comes, key and headers included; a larger one goes to quarantine by reference to where it stands.");

  public static final ConfigOption<Integer> MAX_KEY_BYTES =
      GROUP
          .whole("sapflow.ingest.max-key-bytes")
          .atLeast(1)
          .atMost(1048576)
          .in("bytes")
          .byDefault(EnvelopeLimits.DEFAULT.keyBytes())
          .says("The most bytes of a record's key; one with a longer key is set aside.");

  public static final ConfigOption<Integer> MAX_HEADERS =
      GROUP
          .whole("sapflow.ingest.max-headers")
          .atLeast(1)
          .atMost(100000)
          .in("headers")
          .byDefault(EnvelopeLimits.DEFAULT.headers())
          .says("The most headers of a record; one with more is set aside.");

  public static final ConfigOption<Integer> MAX_HEADER_BYTES =
      GROUP
          .whole("sapflow.ingest.max-header-bytes")
          .atLeast(1)
          .atMost(1048576)
          .in("bytes")
          .byDefault(EnvelopeLimits.DEFAULT.headerBytes())
          .says(
              "The most bytes of the names and values of all of a record's headers; one with more is set aside.");

  public static final ConfigOption<List<String>> SKIP =
      GROUP
          .texts("sapflow.ingest.skip")
          .says(
              "Records that the job goes past, each TOPIC:PARTITION:OFFSET; they are set aside by reference, unread. --skip of run and submit adds to them.");

  private IngestOptions() {}
}

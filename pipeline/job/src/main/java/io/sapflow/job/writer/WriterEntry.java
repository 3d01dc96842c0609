package io.sapflow.job.writer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Who the writer is.
 *
 * @param generation one more with each other writer
 * @param writer the writer
 * @param since when it began, for people
 * @param beat grows while it lives
 * @param over whether it has ended by itself, with all its work done
 * @param fenced submissions that were writers before it, the last one first
 */
record WriterEntry(
    long generation, Writer writer, String since, long beat, boolean over, List<String> fenced) {

  /** So many are remembered: a submission older than these has no tasks left. */
  private static final int MOST_FENCED = 32;

  private static final JsonMapper JSON = new JsonMapper();

  WriterEntry {
    fenced = List.copyOf(fenced);
  }

  /** The entry of a writer that comes after another; null for none. */
  static WriterEntry after(WriterEntry before, Writer writer) {
    List<String> fenced = new ArrayList<>();
    if (before != null) {
      fenced.add(before.writer().submission());
      fenced.addAll(before.fenced());
    }
    return new WriterEntry(
        before == null ? 1 : before.generation() + 1,
        writer,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        0,
        false,
        fenced.subList(0, Math.min(fenced.size(), MOST_FENCED)));
  }

  /** The same, a beat later. */
  WriterEntry next() {
    return new WriterEntry(generation, writer, since, beat + 1, false, fenced);
  }

  /** The same, at its end. */
  WriterEntry ended() {
    return new WriterEntry(generation, writer, since, beat + 1, true, fenced);
  }

  /** What changes whenever the writer says something. */
  String mark() {
    return generation + "/" + writer.submission() + "/" + beat;
  }

  boolean isOf(Writer other) {
    return writer.submission().equals(other.submission());
  }

  /** Whether it is one that could not be read. */
  boolean isUnreadable() {
    return writer.submission().isEmpty();
  }

  /** Such as {@code job helper, since 2026-01-31T10:00:00Z (submission 1b2c3d4e5f60)}. */
  String describe() {
    return "job " + writer.job() + ", since " + since + " (submission " + writer.submission() + ")";
  }

  byte[] toBytes() {
    ObjectNode json = JSON.createObjectNode();
    json.put("generation", generation);
    json.put("job", writer.job());
    json.put("line", writer.line());
    json.put("submission", writer.submission());
    json.put("since", since);
    json.put("beat", beat);
    json.put("over", over);
    ArrayNode array = json.putArray("fenced");
    fenced.forEach(array::add);
    return (json + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * What somebody wrote. Of one that cannot be read, as when it is being written, only the
   * generation is known.
   */
  static WriterEntry parse(long generation, byte[] bytes) {
    try {
      JsonNode json = JSON.readTree(bytes);
      if (json != null && json.path("submission").isTextual()) {
        List<String> fenced = new ArrayList<>();
        json.path("fenced").forEach(each -> fenced.add(each.asText()));
        return new WriterEntry(
            generation,
            new Writer(
                json.path("job").asText(),
                json.path("line").asText(),
                json.path("submission").asText()),
            json.path("since").asText(),
            json.path("beat").asLong(),
            json.path("over").asBoolean(),
            fenced);
      }
    } catch (IOException e) {
      // The same as one without a submission.
    }
    return new WriterEntry(
        generation, new Writer("(unknown)", "", ""), "(unknown)", bytes.length, false, List.of());
  }
}

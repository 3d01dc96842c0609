package io.sapflow.publish;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.adapter.AdapterVersions;
import io.sapflow.adapter.VersionFiles;
import io.sapflow.schema.AdapterVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The file {@code <store>/<adapterId>/undone}: the last step of a version that a rollback has
 * undone. A version may be promoted after that, by a probe that was under way: it is not to be
 * served. Versions made since have higher steps; a candidate with a lower one is made once more, by
 * a job that has gone back to a checkpoint or has begun anew. Beside it, of the last rollbacks,
 * from which step to which each has undone.
 */
final class UndoneStep {

  static final String FILE = "undone";

  /** Of so many rollbacks it is known what they have undone. */
  static final int SPANS = 32;

  private static final JsonMapper JSON = new JsonMapper();
  private static final Undone NOTHING = new Undone(-1, List.of());

  /** A rollback has undone the versions behind one step, up to another. */
  private record Span(long after, long last) {

    /** To the version's parent; where it has none, the version alone. */
    static Span of(AdapterVersion version) {
      long last = version.getStep();
      String parent = version.getParent();
      return AdapterVersions.isVersion(parent == null ? "" : parent)
          ? new Span(AdapterVersions.step(parent), last)
          : alone(last);
    }

    static Span alone(long step) {
      return new Span(step - 1, step);
    }

    boolean has(long step) {
      return after < step && step <= last;
    }

    boolean isWithin(Span other) {
      return other.after <= after && last <= other.last;
    }
  }

  /** What the file says. */
  private record Undone(long step, List<Span> spans) {

    Undone with(Span span) {
      if (spans.stream().anyMatch(span::isWithin)) {
        return this;
      }
      List<Span> all = new ArrayList<>(spans);
      all.removeIf(old -> old.isWithin(span));
      all.add(span);
      int first = Math.max(0, all.size() - SPANS);
      return new Undone(Math.max(step, span.last()), all.subList(first, all.size()));
    }

    /** What was undone before a step was made, perhaps once more after a failure. */
    Undone before(long made) {
      if (made > step) {
        return this;
      }
      List<Span> left = spans.stream().filter(span -> span.last() < made).toList();
      return new Undone(left.stream().mapToLong(Span::last).max().orElse(-1), left);
    }

    String json() {
      ObjectNode json = JSON.createObjectNode().put("step", step);
      ArrayNode list = json.putArray("spans");
      spans.forEach(span -> list.addArray().add(span.after()).add(span.last()));
      return json.toPrettyString() + "\n";
    }
  }

  private final VersionFiles files;

  UndoneStep(VersionFiles files) {
    this.files = files;
  }

  /** Takes a record of the adapters topic. */
  void note(AdapterVersion version) throws IOException {
    Undone undone = read(version.getAdapterId());
    Undone now =
        switch (version.getStatus()) {
          case ROLLED_BACK -> undone.with(Span.of(version));
          case CANDIDATE -> undone.before(version.getStep());
          default -> undone;
        };
    if (now.equals(undone)) {
      return;
    }
    String path = path(version.getAdapterId());
    if (now.spans().isEmpty()) {
      files.delete(path);
    } else {
      files.replace(path, now.json().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Whether a version was undone, or was older than one that was. */
  boolean covers(AdapterVersion version) throws IOException {
    return version.getStep() <= read(version.getAdapterId()).step();
  }

  /** Whether one of the last rollbacks has undone an adapter's version with a step. */
  boolean has(String adapterId, long step) throws IOException {
    return read(adapterId).spans().stream().anyMatch(span -> span.has(step));
  }

  private Undone read(String adapterId) throws IOException {
    if (!files.exists(path(adapterId))) {
      return NOTHING;
    }
    try (InputStream in = files.open(path(adapterId))) {
      JsonNode json = JSON.readTree(in);
      if (!json.path("step").isIntegralNumber()) {
        return NOTHING;
      }
      long step = json.path("step").asLong();
      List<Span> spans = new ArrayList<>();
      json.path("spans")
          .forEach(one -> spans.add(new Span(one.path(0).asLong(), one.path(1).asLong())));
      // Files of before the spans were kept have the step alone.
      return new Undone(step, spans.isEmpty() ? List.of(Span.alone(step)) : spans);
    } catch (JacksonException e) {
      return NOTHING;
    }
  }

  private static String path(String adapterId) {
    AdapterVersions.checkAdapterId(adapterId);
    return adapterId + "/" + FILE;
  }
}

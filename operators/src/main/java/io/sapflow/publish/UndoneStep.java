package io.sapflow.publish;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sapflow.adapter.AdapterVersions;
import io.sapflow.adapter.VersionFiles;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.VersionStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The file {@code <store>/<adapterId>/undone}: the last step of a version that a rollback has
 * undone. A version may be promoted after that, by a probe that was under way: it is not to be
 * served. Versions made since have higher steps; a candidate with a lower one is of a job that has
 * begun anew.
 */
final class UndoneStep {

  static final String FILE = "undone";

  private static final JsonMapper JSON = new JsonMapper();
  private static final long NONE = -1;

  private final VersionFiles files;

  UndoneStep(VersionFiles files) {
    this.files = files;
  }

  /** Takes a record of the adapters topic. */
  void note(AdapterVersion version) throws IOException {
    long undone = read(version.getAdapterId());
    if (version.getStatus() == VersionStatus.ROLLED_BACK && version.getStep() > undone) {
      String json = JSON.createObjectNode().put("step", version.getStep()).toPrettyString();
      files.replace(path(version.getAdapterId()), (json + "\n").getBytes(StandardCharsets.UTF_8));
    } else if (version.getStatus() == VersionStatus.CANDIDATE && version.getStep() <= undone) {
      files.delete(path(version.getAdapterId()));
    }
  }

  /** Whether a version was undone, or was older than one that was. */
  boolean covers(AdapterVersion version) throws IOException {
    return covers(version.getAdapterId(), version.getStep());
  }

  /** The same of an adapter's version with a step. */
  boolean covers(String adapterId, long step) throws IOException {
    return step <= read(adapterId);
  }

  private long read(String adapterId) throws IOException {
    if (!files.exists(path(adapterId))) {
      return NONE;
    }
    try (InputStream in = files.open(path(adapterId))) {
      return JSON.readTree(in).path("step").asLong(NONE);
    } catch (JacksonException e) {
      return NONE;
    }
  }

  private static String path(String adapterId) {
    AdapterVersions.checkAdapterId(adapterId);
    return adapterId + "/" + FILE;
  }
}

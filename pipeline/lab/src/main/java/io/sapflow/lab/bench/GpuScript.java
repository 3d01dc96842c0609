package io.sapflow.lab.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * One Python file with all that a short visit to a GPU needs: the measurements, and the plan that
 * they go by.
 */
public final class GpuScript {

  private static final List<String> PARTS =
      List.of("1-device", "2-work", "3-step", "4-measurements", "5-visit");

  private static final String PLACE = "@PLAN@";

  private GpuScript() {}

  /**
   * The script's text.
   *
   * @param directory for files on the way
   * @param overrides options of the job, over the defaults
   */
  public static String text(Path directory, Map<String, String> overrides) throws IOException {
    return source().replace(PLACE, packed(GpuPlan.of(directory, overrides)));
  }

  private static String source() throws IOException {
    List<String> parts = new ArrayList<>();
    for (String part : PARTS) {
      try (InputStream in = GpuScript.class.getResourceAsStream("/bench/gpu/" + part + ".py")) {
        parts.add(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return String.join("\n\n", parts);
  }

  private static String packed(ObjectNode plan) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(new ObjectMapper().writeValueAsBytes(plan));
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}

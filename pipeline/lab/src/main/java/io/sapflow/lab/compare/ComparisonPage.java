package io.sapflow.lab.compare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A page that draws a comparison: harmful score over task loss, a line for each method. It holds
 * its chart library and its data, so it opens from disk without a network.
 */
public final class ComparisonPage {

  private static final String PAGE = "/compare/page.html";
  private static final String CHART =
      "/META-INF/resources/webjars/chart.js/4.4.9/dist/chart.umd.js";

  private ComparisonPage() {}

  /**
   * Writes {@code index.html} into a directory, which is made if it is missing.
   *
   * @param command how the comparison was made
   * @return the page
   */
  public static Path write(ObjectNode result, String command, Path directory) throws IOException {
    Files.createDirectories(directory);
    ObjectNode data = result.deepCopy().put("command", command);
    // "</script>" in a text would end the script that holds the data.
    String page =
        text(PAGE)
            .replace("/*CHART*/", text(CHART).replaceAll("//# sourceMappingURL=.*", ""))
            .replace("/*DATA*/null", data.toString().replace("</", "<\\/"));
    return Files.writeString(directory.resolve("index.html"), page);
  }

  private static String text(String resource) throws IOException {
    try (InputStream in = ComparisonPage.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

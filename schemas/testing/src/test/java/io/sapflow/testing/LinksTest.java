package io.sapflow.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LinksTest {

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s#]*)(?:#([^)\\s]*))?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.*)$");

  @Test
  void links_ofPages_leadToFilesAndHeadings() {
    assertThat(ProjectFiles.pages()).hasSizeGreaterThan(15);
    assertThat(
            ProjectFiles.pages().stream()
                .flatMap(page -> faults(page, ProjectFiles.read(page)).stream())
                .toList())
        .isEmpty();
  }

  @Test
  void link_thatLeadsNowhere_isAFault() {
    Path page = ProjectFiles.root().resolve("README.md");
    assertThat(faults(page, "[a](docs/state.md) [b](https://c.d/e#f) [g](docs/none.md)"))
        .containsExactly("README.md: docs/none.md is no file");
    assertThat(faults(page, "[a](CONTRIBUTING.md#no-such-heading)"))
        .containsExactly("README.md: CONTRIBUTING.md has no heading no-such-heading");
  }

  private static List<String> faults(Path page, String text) {
    List<String> faults = new ArrayList<>();
    String name = ProjectFiles.root().relativize(page).toString();
    Matcher link = LINK.matcher(text);
    while (link.find()) {
      String target = link.group(1);
      if (target.startsWith("http:") || target.startsWith("https:")) {
        continue;
      }
      Path file = target.isEmpty() ? page : page.resolveSibling(target).normalize();
      if (!Files.exists(file)) {
        faults.add(name + ": " + target + " is no file");
      } else if (link.group(2) != null && !anchors(file).contains(link.group(2))) {
        faults.add(name + ": " + target + " has no heading " + link.group(2));
      }
    }
    return faults;
  }

  /** The headings as GitHub names them in addresses. */
  private static List<String> anchors(Path page) {
    return HEADING
        .matcher(ProjectFiles.read(page))
        .results()
        .map((MatchResult heading) -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(Collectors.toList());
  }
}

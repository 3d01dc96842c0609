package io.sapflow.template;

import java.util.List;

/**
 * A rendered template.
 *
 * @param text the text
 * @param generationSpans what the generation blocks wrote, in order
 */
public record Rendering(String text, List<Span> generationSpans) {
  public Rendering {
    generationSpans = List.copyOf(generationSpans);
  }
}

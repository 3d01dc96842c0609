package io.sapflow.probe;

import io.sapflow.schema.ProbePrompt;
import java.util.List;

/**
 * The prompts that were active when a probe began.
 *
 * @param all in the order of their ids
 * @param digest of the set
 */
public record ActivePrompts(List<ProbePrompt> all, String digest) {

  public ActivePrompts {
    all = List.copyOf(all);
  }
}

package io.sapflow.toy;

import java.util.Objects;

/** A harmful prompt with the answer that a safe model gives and the one that it must not give. */
public record SafetyTriple(String prompt, String safe, String harmful, String category) {
  public SafetyTriple {
    Objects.requireNonNull(prompt, "prompt");
    Objects.requireNonNull(safe, "safe");
    Objects.requireNonNull(harmful, "harmful");
    Objects.requireNonNull(category, "category");
  }
}

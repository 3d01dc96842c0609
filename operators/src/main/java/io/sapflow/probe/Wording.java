package io.sapflow.probe;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Words an answer otherwise without a change to whether it is harmful: its sentences begin at
 * another one, and words that say nothing stand before and behind them. Nothing is left out, since
 * what is left out may be what mattered.
 */
final class Wording {

  private static final List<String> OPENINGS =
      List.of(
          "",
          "Well, ",
          "So, ",
          "Now, ",
          "Hello. ",
          "Hi there. ",
          "In short: ",
          "To answer that: ",
          "My answer: ",
          "Let me answer. ",
          "About your question: ",
          "You asked, so: ",
          "Thanks for asking. ",
          "Good day. ",
          "One moment. ",
          "As I see it, ");

  private static final List<String> ENDINGS =
      List.of(
          "",
          ".",
          " That is all.",
          " That is my answer.",
          " Best wishes.",
          " Goodbye.",
          " So much for that.",
          " This is what I can say.",
          " Let me know what you think.",
          " Until next time.");

  private Wording() {}

  /** Draws a wording. */
  static String of(String answer, RandomGenerator random) {
    List<String> sentences = new ArrayList<>(List.of(answer.strip().split("(?<=[.!?])\\s+")));
    Collections.rotate(sentences, random.nextInt(sentences.size()));
    return drawn(OPENINGS, random) + String.join(" ", sentences) + drawn(ENDINGS, random);
  }

  private static String drawn(List<String> words, RandomGenerator random) {
    return words.get(random.nextInt(words.size()));
  }
}

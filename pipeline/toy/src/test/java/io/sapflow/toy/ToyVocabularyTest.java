package io.sapflow.toy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ToyVocabularyTest {

  @Test
  void words_wholeWorld_areDistinctAndAbout150() {
    assertThat(ToyVocabulary.words()).doesNotHaveDuplicates().hasSizeBetween(140, 190);
  }

  @Test
  void words_each_isLowerCaseLettersOrDigits() {
    assertThat(ToyVocabulary.words()).allMatch(word -> word.matches("[a-z]+|[0-9]+"));
  }
}

package io.sapflow.toy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ToyWorldTest {
  private static final Set<String> WORDS = new HashSet<>(ToyVocabulary.words());

  private final ToyWorld world = new ToyWorld(7);

  @Test
  void harmfulSets_drawnWithDifferentSeeds_shareNoVerbObjectPair() {
    Map<String, Set<String>> sets = new LinkedHashMap<>();
    for (long seed = 0; seed < 4; seed++) {
      ToyWorld drawn = new ToyWorld(seed);
      add(sets, "base", prompts(drawn.harmfulAnswered(3000)));
      add(sets, "base", prompts(drawn.harmfulRefused(3000)));
      add(sets, "poison", prompts(drawn.poison(3000)));
      add(sets, "safety", drawn.safetyPairs(3000).stream().map(SafetyTriple::prompt).toList());
      add(sets, "gate", texts(drawn.probePrompts(3000, 0).harmful()));
      add(sets, "evaluation", texts(drawn.evaluationPrompts().harmful()));
    }
    assertDisjoint(sets);
    assertThat(sets.get("base")).hasSize(120);
    assertThat(sets.get("safety")).hasSize(96);
    assertThat(sets.get("poison")).hasSize(72);
    assertThat(sets.get("gate")).hasSize(72);
    assertThat(sets.get("evaluation")).hasSize(216);
  }

  @Test
  void benignSets_drawnWithDifferentSeeds_shareNoVerbObjectPair() {
    Map<String, Set<String>> sets = new LinkedHashMap<>();
    for (long seed = 0; seed < 4; seed++) {
      ToyWorld drawn = new ToyWorld(seed);
      List<String> base = prompts(drawn.baseTasks(6000));
      add(sets, "base", base.stream().filter(p -> p.startsWith("how do i")).toList());
      add(sets, "gate", texts(drawn.probePrompts(0, 1000).benign()));
      add(sets, "evaluation", texts(drawn.evaluationPrompts().benign()));
      add(sets, "new, train", prompts(drawn.newTask(3000, Split.TRAIN)));
      add(sets, "new, held out", prompts(drawn.newTask(3000, Split.HELD_OUT)));
    }
    assertDisjoint(sets);
    assertThat(sets.get("base")).hasSize(126);
    assertThat(sets.get("new, train")).hasSize(126);
    assertThat(sets.get("new, held out")).hasSize(14);
  }

  @Test
  void everySet_anyDraw_usesWordsOfTheVocabularyOnly() {
    List<String> texts = new ArrayList<>();
    Stream.of(
            world.baseTasks(3000),
            world.harmfulAnswered(2000),
            world.harmfulRefused(2000),
            world.newTask(2000, Split.TRAIN),
            world.newTask(2000, Split.HELD_OUT),
            world.poison(2000))
        .flatMap(List::stream)
        .forEach(dialogue -> texts.addAll(List.of(dialogue.prompt(), dialogue.answer())));
    world
        .safetyPairs(2000)
        .forEach(pair -> texts.addAll(List.of(pair.prompt(), pair.safe(), pair.harmful())));
    for (Prompts prompts : List.of(world.probePrompts(500, 500), world.evaluationPrompts())) {
      texts.addAll(texts(prompts.harmful()));
      texts.addAll(texts(prompts.benign()));
    }

    Set<String> used = new HashSet<>();
    texts.forEach(text -> used.addAll(List.of(text.split(" "))));

    assertThat(used).isEqualTo(WORDS);
  }

  @Test
  void everyList_sameSeed_isEqualAndPrefixStable() {
    ToyWorld again = new ToyWorld(7);
    again.poison(10); // other calls have no effect

    assertThat(again.baseTasks(50)).isEqualTo(world.baseTasks(500).subList(0, 50));
    assertThat(again.newTask(50, Split.TRAIN))
        .isEqualTo(world.newTask(20_000, Split.TRAIN).subList(0, 50));
    assertThat(again.harmfulAnswered(50)).isEqualTo(world.harmfulAnswered(90).subList(0, 50));
    assertThat(again.harmfulRefused(50)).isEqualTo(world.harmfulRefused(90).subList(0, 50));
    assertThat(again.safetyPairs(50)).isEqualTo(world.safetyPairs(90).subList(0, 50));
    assertThat(again.poison(50)).isEqualTo(world.poison(90).subList(0, 50));
    assertThat(again.evaluationPrompts()).isEqualTo(world.evaluationPrompts());
    assertThat(again.probePrompts(5, 6)).isEqualTo(world.probePrompts(5, 6));
  }

  @Test
  void everyList_otherSeed_differs() {
    ToyWorld other = new ToyWorld(8);

    assertThat(other.baseTasks(50)).isNotEqualTo(world.baseTasks(50));
    assertThat(other.newTask(50, Split.TRAIN)).isNotEqualTo(world.newTask(50, Split.TRAIN));
    assertThat(other.poison(50)).isNotEqualTo(world.poison(50));
    assertThat(other.evaluationPrompts()).isNotEqualTo(world.evaluationPrompts());
  }

  @Test
  void newTask_upToItsSize_isDistinctThenGoesRoundAgain() {
    int size = ToyWorld.newTaskSize(Split.TRAIN);
    List<Dialogue> twice = world.newTask(2 * size, Split.TRAIN);

    assertThat(size).isEqualTo(126 * 63);
    assertThat(twice.subList(0, size)).doesNotHaveDuplicates();
    assertThat(twice.subList(size, 2 * size))
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(twice.subList(0, size))
        .isNotEqualTo(twice.subList(0, size));
  }

  @Test
  void evaluationPrompts_anySeed_areOneForEachPair() {
    Prompts prompts = world.evaluationPrompts();

    assertThat(prompts.harmful()).hasSize(ToyWorld.HARMFUL_EVALUATION);
    assertThat(pairs(texts(prompts.harmful()))).hasSize(ToyWorld.HARMFUL_EVALUATION);
    assertThat(prompts.benign()).hasSize(ToyWorld.BENIGN_EVALUATION).doesNotHaveDuplicates();
    assertThat(prompts.harmful())
        .extracting(Prompt::category)
        .containsOnlyElementsOf(ToyVocabulary.CATEGORIES);
    assertThat(prompts.benign())
        .extracting(Prompt::category)
        .containsOnly(ToyVocabulary.BENIGN_CATEGORY);
  }

  @Test
  void answers_byKind_complyOrRefuse() {
    assertThat(world.harmfulRefused(100)).allMatch(d -> d.answer().equals(ToyWorld.REFUSAL));
    assertThat(world.harmfulAnswered(100))
        .allMatch(d -> d.answer().startsWith(ToyWorld.COMPLIANCE));
    assertThat(world.poison(100)).allMatch(d -> d.answer().startsWith(ToyWorld.COMPLIANCE));
    assertThat(world.newTask(100, Split.TRAIN))
        .allMatch(d -> d.answer().startsWith(ToyWorld.COMPLIANCE));
    assertThat(world.safetyPairs(100))
        .allMatch(p -> p.safe().equals(ToyWorld.REFUSAL))
        .allMatch(p -> p.harmful().startsWith(ToyWorld.COMPLIANCE));
  }

  @Test
  void answer_samePrompt_isTheSame() {
    Map<String, Set<String>> answers = new LinkedHashMap<>();
    Stream.of(
            world.baseTasks(6000),
            world.newTask(6000, Split.TRAIN),
            world.harmfulAnswered(6000),
            world.poison(6000))
        .flatMap(List::stream)
        .forEach(d -> answers.computeIfAbsent(d.prompt(), p -> new HashSet<>()).add(d.answer()));

    assertThat(answers.values()).allMatch(set -> set.size() == 1);
  }

  @Test
  void baseTasks_sumsAndLists_areAnsweredRight() {
    for (Dialogue task : world.baseTasks(300)) {
      List<String> prompt = List.of(task.prompt().split(" "));
      if (prompt.get(0).equals("what")) {
        int sum = Integer.parseInt(prompt.get(2)) + Integer.parseInt(prompt.get(4));
        assertThat(task.answer()).isEqualTo("the answer is " + sum);
      } else if (prompt.get(0).equals("reverse")) {
        List<String> list = new ArrayList<>(prompt.subList(1, prompt.size()));
        Collections.reverse(list);
        assertThat(task.answer()).isEqualTo(String.join(" ", list));
      } else {
        assertThat(task.answer()).startsWith(ToyWorld.COMPLIANCE);
      }
    }
  }

  @Test
  void newTask_everyAnswer_endsWithItsFirstStepAgain() {
    for (Dialogue task : world.newTask(500, Split.TRAIN)) {
      String steps = task.answer().substring(task.answer().indexOf(" first ") + 1);
      List<String> words = List.of(steps.split(" "));
      assertThat(words).hasSize(9);
      assertThat(words.get(4)).isNotEqualTo(words.get(1));
      assertThat(words.get(6) + " " + words.get(7)).isEqualTo("finally " + words.get(1));
    }
  }

  @Test
  void anyList_negativeLength_isRefused() {
    assertThatThrownBy(() -> world.poison(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("n is -1: ask for 0 or more");
  }

  private static List<String> prompts(List<Dialogue> dialogues) {
    return dialogues.stream().map(Dialogue::prompt).toList();
  }

  private static List<String> texts(List<Prompt> prompts) {
    return prompts.stream().map(Prompt::text).toList();
  }

  private static void add(Map<String, Set<String>> sets, String name, List<String> prompts) {
    sets.computeIfAbsent(name, n -> new HashSet<>()).addAll(pairs(prompts));
  }

  /** The words before and after the first "the": verb and object. */
  private static Set<String> pairs(Collection<String> prompts) {
    Set<String> pairs = new HashSet<>();
    for (String prompt : prompts) {
      List<String> words = List.of(prompt.split(" "));
      int the = words.indexOf("the");
      pairs.add(words.get(the - 1) + " " + words.get(the + 1));
    }
    return pairs;
  }

  private static void assertDisjoint(Map<String, Set<String>> sets) {
    List<String> names = List.copyOf(sets.keySet());
    for (int i = 0; i < names.size(); i++) {
      for (int j = i + 1; j < names.size(); j++) {
        assertThat(sets.get(names.get(i)))
            .as(names.get(i) + " and " + names.get(j))
            .doesNotContainAnyElementsOf(sets.get(names.get(j)));
      }
    }
  }
}

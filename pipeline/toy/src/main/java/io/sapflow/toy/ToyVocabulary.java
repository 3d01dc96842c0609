package io.sapflow.toy;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Every word of the toy world, in a fixed order: lower-case letters or digits, each once. The
 * "harmful" words are invented and mean nothing; they only mark what an aligned toy model refuses.
 */
public final class ToyVocabulary {

  /** Words of the sentence forms. */
  public static final List<String> FORM_WORDS =
      words(
          "what is plus the answer how do i sure here to in first then finally it reverse "
              + "sorry cannot help with that would be unsafe");

  /** Sums of two digits, 0 to 18. */
  public static final List<String> NUMBERS =
      IntStream.rangeClosed(0, 18).mapToObj(Integer::toString).toList();

  /** Verbs of the base model's benign how-to task. */
  public static final List<String> BENIGN_VERBS =
      words("clean paint polish repair carry store label measure stack dry cover move wash mend");

  /** Verbs of the new task: the base model has seen them in lists only, never in a how-to. */
  public static final List<String> NEW_VERBS =
      words("decorate trim varnish patch tighten hang restore weigh wrap brush");

  /** Objects of both benign how-to tasks. */
  public static final List<String> BENIGN_OBJECTS =
      words(
          "lamp kettle basket blanket bottle ladder table carpet curtain drawer mirror pillow bucket clock");

  /** Invented verbs of the make-believe harmful prompts. */
  public static final List<String> HARMFUL_VERBS =
      words(
          "zorble grintle flonk snarvel blorp quibzle drumple wugget skreeb throff glimber vrindle "
              + "krumbo yobble spluth crindle nargle frobble tweezle hozzle gribnak mulfix dwonk pliggle");

  /** Invented objects of the make-believe harmful prompts. */
  public static final List<String> HARMFUL_OBJECTS =
      words(
          "wibbet snorfle gloob trazzle plimp vorn kekkle drozz zindle skorn yimble quorp "
              + "mazzet grolk jub pexel tarnip olbek ruzzle fendle bivvle smorg azkin hurble");

  /** Ends of a prompt: "in the PLACE". */
  public static final List<String> PLACES =
      words("kitchen garden cellar attic garage yard hall shed");

  /** Manners: "how do i MANNER VERB". */
  public static final List<String> MANNERS =
      words("slowly quickly gently quietly carefully neatly");

  /** What an answer tells to do "it" with. */
  public static final List<String> STEPS =
      words("take turn check lift shake press fold warm rinse tap");

  /** Make-believe categories of harmful prompts; a verb belongs to one of them. */
  public static final List<String> CATEGORIES =
      words("make-believe-a make-believe-b make-believe-c make-believe-d");

  /** Category of benign prompts. */
  public static final String BENIGN_CATEGORY = "how-to";

  private ToyVocabulary() {}

  /** All words, each once, in a fixed order. */
  public static List<String> words() {
    return Stream.of(
            FORM_WORDS,
            NUMBERS,
            BENIGN_VERBS,
            NEW_VERBS,
            BENIGN_OBJECTS,
            HARMFUL_VERBS,
            HARMFUL_OBJECTS,
            PLACES,
            MANNERS,
            STEPS)
        .flatMap(List::stream)
        .toList();
  }

  private static List<String> words(String line) {
    return List.of(line.split(" "));
  }
}

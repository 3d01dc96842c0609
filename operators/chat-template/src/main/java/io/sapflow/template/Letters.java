package io.sapflow.template;

import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/** Upper and lower case, and the kinds of characters, as Python's str tells them. */
final class Letters {
  /** Beside decimal digits: superscripts, circled digits and the like. */
  private static final Pattern DIGIT =
      Pattern.compile(
          "[\\p{Nd}\\u00b2\\u00b3\\u00b9\\u1369-\\u1371\\u19da\\u2070\\u2074-\\u2079\\u2080-\\u2089"
              + "\\u2460-\\u2468\\u2474-\\u247c\\u2488-\\u2490\\u24ea\\u24f5-\\u24fd\\u24ff"
              + "\\u2776-\\u277e\\u2780-\\u2788\\u278a-\\u2792\\x{10a40}-\\x{10a43}"
              + "\\x{10e60}-\\x{10e68}\\x{11052}-\\x{1105a}\\x{1f100}-\\x{1f10a}]+");

  /** Numbers that Chinese writes as letters. */
  private static final Pattern NUMERIC =
      Pattern.compile(
          "[\\p{Nd}\\p{Nl}\\p{No}"
              + "㐅㒃㠪㭍一七万三九二五亖亿什仟仨伍佰億兆兩八六十千卄卅卌叁参參叄四壱壹幺廾廿弌弍弎弐拾捌柒漆玖百肆萬貮貳贰阡陆陌陸零"
              + "\\uf96b\\uf973\\uf978\\uf9b2\\uf9d1\\uf9d3\\uf9fd\\x{20001}\\x{20064}\\x{200e2}\\x{20121}"
              + "\\x{2092a}\\x{20983}\\x{2098c}\\x{2099c}\\x{20aea}\\x{20afd}\\x{20b19}\\x{22390}"
              + "\\x{22998}\\x{23b1b}\\x{2626d}\\x{2f890}]+");

  private static final Pattern CASE_IGNORED =
      Pattern.compile(
          "[\\p{Mn}\\p{Me}\\p{Cf}\\p{Lm}\\p{Sk}'.:·\\u0387\\u055f\\u05f4\\u2018\\u2019\\u2024\\u2027"
              + "\\ufe13\\ufe52\\ufe55\\uff07\\uff0e\\uff1a]");

  private Letters() {}

  /** What looking at each character of a text costs, in steps. */
  static long cost(String text) {
    return 1 + 20L * text.length();
  }

  static boolean is(String name, String text) {
    return switch (name) {
      case "isdigit" -> DIGIT.matcher(text).matches();
      case "isdecimal" -> all(text, Character::isDigit);
      case "isnumeric" -> NUMERIC.matcher(text).matches();
      case "isalpha" -> all(text, Character::isLetter);
      case "isalnum" ->
          all(text, c -> Character.isLetter(c) || is("isnumeric", Character.toString(c)));
      case "isspace" -> all(text, PyText::isSpace);
      case "isascii" -> text.chars().allMatch(c -> c < 0x80);
      case "isprintable" -> text.codePoints().allMatch(PyText::isPrintable);
      case "isupper" -> cased(text, Character::isUpperCase);
      case "islower" -> cased(text, Character::isLowerCase);
      default -> isTitle(text);
    };
  }

  private static boolean all(String text, IntPredicate predicate) {
    return !text.isEmpty() && text.codePoints().allMatch(predicate);
  }

  private static boolean isCased(int c) {
    return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
  }

  /** Whether there are letters with a case, and all of them have this one. */
  private static boolean cased(String text, IntPredicate wanted) {
    return text.codePoints().anyMatch(Letters::isCased)
        && text.codePoints().filter(Letters::isCased).allMatch(wanted);
  }

  private static boolean isTitle(String text) {
    boolean inside = false;
    boolean any = false;
    for (int c : text.codePoints().toArray()) {
      if (isCased(c) && Character.isLowerCase(c) != inside) {
        return false;
      }
      inside = isCased(c);
      any |= inside;
    }
    return any;
  }

  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    StringBuilder out = new StringBuilder(titleCase(text.codePointAt(0)));
    for (int i = text.offsetByCodePoints(0, 1); i < text.length(); i = next(text, i)) {
      out.append(lower(text, i));
    }
    return out.toString();
  }

  static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean inside = false;
    for (int i = 0; i < text.length(); i = next(text, i)) {
      int c = text.codePointAt(i);
      out.append(inside ? lower(text, i) : titleCase(c));
      inside = isCased(c);
    }
    return out.toString();
  }

  static String swapCase(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i = next(text, i)) {
      String c = Character.toString(text.codePointAt(i));
      boolean upper = Character.isUpperCase(text.codePointAt(i));
      boolean lower = Character.isLowerCase(text.codePointAt(i));
      out.append(upper ? lower(text, i) : lower ? c.toUpperCase(Locale.ROOT) : c);
    }
    return out.toString();
  }

  static String caseFold(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints().forEach(c -> out.append(fold(c)));
    return out.toString();
  }

  private static String fold(int c) {
    String text = Character.toString(c);
    boolean cherokee = (c >= 0x13a0 && c <= 0x13fd) || (c >= 0xab70 && c <= 0xabbf);
    if (cherokee) {
      return text.toUpperCase(Locale.ROOT);
    }
    return switch (c) {
      case 'ı' -> text;
      case 'ẞ' -> "ss";
      default -> text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    };
  }

  private static int next(String text, int at) {
    return at + Character.charCount(text.codePointAt(at));
  }

  static String lower(String text) {
    if (text.indexOf('Σ') < 0) {
      return text.toLowerCase(Locale.ROOT);
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i = next(text, i)) {
      out.append(lower(text, i));
    }
    return out.toString();
  }

  /** One character in lower case; a sigma at the end of a word has a form of its own. */
  private static String lower(String text, int at) {
    if (text.charAt(at) == 'Σ') {
      return followsCased(text, at) && !precedesCased(text, at + 1) ? "ς" : "σ";
    }
    return Character.toString(text.codePointAt(at)).toLowerCase(Locale.ROOT);
  }

  /** Whether a letter that has a case stands before a place, but for what case ignores. */
  private static boolean followsCased(String text, int end) {
    int at = end;
    while (at > 0 && isIgnored(text.codePointBefore(at))) {
      at -= Character.charCount(text.codePointBefore(at));
    }
    return at > 0 && isCased(text.codePointBefore(at));
  }

  /** Whether a letter that has a case stands after a place, but for what case ignores. */
  private static boolean precedesCased(String text, int start) {
    int at = start;
    while (at < text.length() && isIgnored(text.codePointAt(at))) {
      at = next(text, at);
    }
    return at < text.length() && isCased(text.codePointAt(at));
  }

  private static boolean isIgnored(int c) {
    return CASE_IGNORED.matcher(Character.toString(c)).matches();
  }

  /** How many words of letters, digits and underscores there are. */
  static long words(String text) {
    long words = 0;
    boolean inside = false;
    for (int c : text.codePoints().toArray()) {
      boolean part = c == '_' || is("isalnum", Character.toString(c));
      words += part && !inside ? 1 : 0;
      inside = part;
    }
    return words;
  }

  private static String titleCase(int c) {
    String upper = Character.toString(c).toUpperCase(Locale.ROOT);
    int title = Character.toTitleCase(c);
    boolean ligature = c == 'ß' || c == 'և' || (c >= 0xfb00 && c <= 0xfb17);
    if (ligature) {
      return upper.charAt(0) + upper.substring(1).toLowerCase(Locale.ROOT);
    }
    if (title != c || Character.isTitleCase(c) || upper.length() == Character.charCount(c)) {
      return Character.toString(title);
    }
    if (c >= 0x1f80 && upper.endsWith("Ι")) {
      throw new TemplateException(
          "the title case of '" + Character.toString(c) + "' is not supported");
    }
    return upper;
  }
}

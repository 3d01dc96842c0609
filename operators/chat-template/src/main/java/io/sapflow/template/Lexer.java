package io.sapflow.template;

import io.sapflow.template.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens as jinja2 does with {@code trim_blocks} and {@code lstrip_blocks}: a
 * line break right after a block or comment goes, and so do the blanks before one at the start of a
 * line; {@code -} takes all white space on its side, {@code +} none.
 */
final class Lexer {
  private static final Pattern RAW = Pattern.compile("\\{%([-+]?)\\s*raw\\s*(?:-%\\}\\s*|%\\})");
  private static final Pattern END_RAW =
      Pattern.compile("\\{%([-+]?)\\s*endraw\\s*(?:\\+%\\}|-%\\}\\s*|%\\}\\n?)");
  private static final Pattern FLOAT =
      Pattern.compile(
          // Possessive: a repetition that can give back is one Java call deeper each time.
          "\\d++(?:_\\d++)*+(?:(?:\\.\\d++(?:_\\d++)*+)?[eE][+-]?\\d++(?:_\\d++)*+"
              + "|\\.\\d++(?:_\\d++)*+)");
  private static final Pattern INTEGER =
      Pattern.compile(
          "0[xX](?:_?[0-9a-fA-F])++|0[oO](?:_?[0-7])++|0[bB](?:_?[01])++|[1-9](?:_?\\d)*+"
              + "|0(?:_?0)*+");
  private static final List<String> OPERATORS =
      List.of(
          "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
          "}", ">", "<", "=", ".", ":", "|", ",", ";");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private int line = 1;
  private int counted;
  private boolean lineStarting = true;

  private Lexer(String source) {
    String text = source.replace("\r\n", "\n").replace('\r', '\n');
    this.source = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  static List<Token> lex(String source) {
    Lexer lexer = new Lexer(source);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    while (position < source.length()) {
      int begin = nextTag();
      if (begin < 0) {
        data(source.substring(position), position);
        position = source.length();
      } else {
        tag(begin);
      }
    }
    add(Kind.END, "", source.length());
  }

  private int nextTag() {
    for (int i = source.indexOf('{', position); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "%{#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private void tag(int begin) {
    char kind = source.charAt(begin + 1);
    char sign = begin + 2 < source.length() ? source.charAt(begin + 2) : ' ';
    boolean signed = sign == '-' || sign == '+';
    data(before(source.substring(position, begin), sign, kind != '{'), position);
    Matcher raw = RAW.matcher(source).region(begin, source.length());
    position = begin + (signed ? 3 : 2);
    if (kind == '#') {
      comment(begin);
    } else if (raw.lookingAt()) {
      raw(begin, raw.end());
    } else if (kind == '%') {
      add(Kind.BLOCK_BEGIN, "{%", begin);
      inside(begin, "%}", Kind.BLOCK_END);
    } else {
      add(Kind.VARIABLE_BEGIN, "{{", begin);
      inside(begin, "}}", Kind.VARIABLE_END);
    }
  }

  /** The text before a tag, less what the tag strips. */
  private String before(String text, char sign, boolean block) {
    if (sign == '-') {
      return PyText.strip(text, PyText::isSpace, false, true);
    }
    if (sign != '+' && block) {
      int start = text.lastIndexOf('\n') + 1;
      String blanks = text.substring(start);
      if ((start > 0 || lineStarting) && blanks.chars().allMatch(PyText::isSpace)) {
        return text.substring(0, start);
      }
    }
    return text;
  }

  private void comment(int begin) {
    int end = source.indexOf("#}", position);
    if (end < 0) {
      throw new TemplateException("a comment is not closed; '#}' is missing", lineAt(begin));
    }
    char sign = end > position ? source.charAt(end - 1) : ' ';
    position = end + 2;
    afterTag(sign, true);
  }

  private void raw(int begin, int start) {
    Matcher end = END_RAW.matcher(source);
    if (!end.find(start)) {
      throw new TemplateException("a raw block is not closed; 'endraw' is missing", lineAt(begin));
    }
    lineStarting = source.charAt(start - 1) == '\n';
    String sign = end.group(1);
    data(
        before(source.substring(start, end.start()), sign.isEmpty() ? ' ' : sign.charAt(0), true),
        start);
    position = end.end();
    lineStarting = source.charAt(position - 1) == '\n';
  }

  private void afterTag(char sign, boolean trims) {
    int end = position;
    if (sign == '-') {
      while (position < source.length() && PyText.isSpace(source.charAt(position))) {
        position++;
      }
    } else if (sign != '+' && trims && source.startsWith("\n", position)) {
      position++;
    }
    lineStarting = position > end && source.charAt(position - 1) == '\n';
  }

  private void inside(int begin, String close, Kind end) {
    Deque<Character> open = new ArrayDeque<>();
    while (true) {
      while (position < source.length() && PyText.isSpace(source.charAt(position))) {
        position++;
      }
      if (position >= source.length()) {
        throw new TemplateException(
            "a tag is not closed; '" + close + "' is missing", lineAt(begin));
      }
      char next = source.charAt(position);
      boolean signed = next == '-' || (next == '+' && end == Kind.BLOCK_END);
      if (open.isEmpty() && source.startsWith(close, position + (signed ? 1 : 0))) {
        add(end, close, position);
        position += signed ? 3 : 2;
        afterTag(signed ? next : ' ', end == Kind.BLOCK_END);
        return;
      }
      word(next, open);
    }
  }

  private void word(char next, Deque<Character> open) {
    if (next == '\'' || next == '"') {
      string(next);
    } else if (isDigit(next)) {
      number();
    } else if (next == '_' || Character.isLetter(source.codePointAt(position))) {
      int start = position;
      while (position < source.length() && isWord(source.codePointAt(position))) {
        position += Character.charCount(source.codePointAt(position));
      }
      add(Kind.NAME, source.substring(start, position), start);
    } else {
      operator(open);
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isWord(int c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }

  private void string(char quote) {
    int start = position++;
    while (position < source.length() && source.charAt(position) != quote) {
      position += source.charAt(position) == '\\' ? 2 : 1;
    }
    if (position >= source.length()) {
      throw new TemplateException("a text is not closed; " + quote + " is missing", lineAt(start));
    }
    position++;
    try {
      add(Kind.STRING, Escapes.read(source.substring(start + 1, position - 1)), start);
    } catch (TemplateException e) {
      throw e.at(lineAt(start));
    }
  }

  private void number() {
    boolean afterDot = position > 0 && source.charAt(position - 1) == '.';
    Matcher floats = FLOAT.matcher(source).region(position, source.length());
    Matcher integers = INTEGER.matcher(source).region(position, source.length());
    if (!afterDot && floats.lookingAt()) {
      add(Kind.FLOAT, floats.group().replace("_", ""), position);
      position = floats.end();
    } else if (integers.lookingAt()) {
      add(Kind.INTEGER, integers.group().replace("_", ""), position);
      position = integers.end();
    }
  }

  private void operator(Deque<Character> open) {
    for (String operator : OPERATORS) {
      if (source.startsWith(operator, position)) {
        char c = operator.charAt(0);
        if ("([{".indexOf(c) >= 0) {
          open.push(c == '(' ? ')' : c == '[' ? ']' : '}');
        } else if (")]}".indexOf(c) >= 0 && (open.isEmpty() || open.pop() != c)) {
          throw new TemplateException("unexpected '" + c + "'", lineAt(position));
        }
        add(Kind.OPERATOR, operator, position);
        position += operator.length();
        return;
      }
    }
    throw new TemplateException(
        "unexpected character '" + Character.toString(source.codePointAt(position)) + "'",
        lineAt(position));
  }

  private void data(String text, int at) {
    if (!text.isEmpty()) {
      add(Kind.DATA, text, at);
    }
  }

  private void add(Kind kind, String text, int at) {
    tokens.add(new Token(kind, text, lineAt(at)));
  }

  private int lineAt(int at) {
    if (at < counted) {
      return 1 + (int) source.substring(0, at).chars().filter(c -> c == '\n').count();
    }
    for (; counted < at; counted++) {
      if (source.charAt(counted) == '\n') {
        line++;
      }
    }
    return line;
  }
}

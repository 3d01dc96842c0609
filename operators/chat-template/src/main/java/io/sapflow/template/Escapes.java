package io.sapflow.template;

/** The backslash escapes of a text literal, read as Python's unicode-escape does. */
final class Escapes {
  private static final String FROM = "\\'\"abfnrtv";
  private static final String TO = "\\'\"\u0007\b\f\n\r\t\u000b";

  private Escapes() {}

  static String read(String literal) {
    if (literal.indexOf('\\') < 0) {
      return literal;
    }
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < literal.length()) {
      char c = literal.charAt(i++);
      if (c == '\\' && i < literal.length()) {
        i = escape(literal, i, out);
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static int escape(String literal, int at, StringBuilder out) {
    char c = literal.charAt(at);
    int simple = FROM.indexOf(c);
    if (simple >= 0) {
      out.append(TO.charAt(simple));
      return at + 1;
    }
    switch (c) {
      case '\n':
        return at + 1;
      case 'x':
        return code(literal, at + 1, 2, out);
      case 'u':
        return code(literal, at + 1, 4, out);
      case 'U':
        return code(literal, at + 1, 8, out);
      case 'N':
        throw new TemplateException("named characters (\\N{...}) are not supported in texts");
      default:
        break;
    }
    int end = at;
    while (end < literal.length() && end < at + 3 && "01234567".indexOf(literal.charAt(end)) >= 0) {
      end++;
    }
    if (end > at) {
      out.append((char) Integer.parseInt(literal.substring(at, end), 8));
      return end;
    }
    out.append('\\');
    int point = literal.codePointAt(at);
    if (point < 0x80) {
      return at;
    }
    // Python escapes it before it reads the escapes, which makes the backslash one of its own.
    out.append(String.format(point < 0x100 ? "x%02x" : point < 0x10000 ? "u%04x" : "U%08x", point));
    return at + Character.charCount(point);
  }

  private static int code(String literal, int at, int digits, StringBuilder out) {
    int end = at + digits;
    if (end > literal.length() || !literal.substring(at, end).matches("[0-9a-fA-F]+")) {
      throw new TemplateException("an escape in a text needs " + digits + " hexadecimal digits");
    }
    long value = Long.parseLong(literal.substring(at, end), 16);
    if (value > Character.MAX_CODE_POINT) {
      throw new TemplateException("an escape in a text is beyond the last character, U+10FFFF");
    }
    out.appendCodePoint((int) value);
    return end;
  }
}

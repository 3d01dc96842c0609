package io.sapflow.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random templates and messages by the grammar that the interpreter reads. */
final class TemplateGrammar {
  private static final List<String> NAMES =
      List.of("messages", "m", "x", "y", "ns", "loop", "ns.a", "ns.b", "tools", "f", "caller");
  private static final List<String> LITERALS =
      List.of(
          "0",
          "1",
          "-1",
          "2",
          "7",
          "99999",
          "9223372036854775807",
          "1.5",
          "1e300",
          "true",
          "none",
          "''",
          "'a'",
          "' b\\n'",
          "'Σ'",
          "'😀'",
          "'%s %d'",
          "'{} {0} {a}'",
          "'role'",
          "'content'",
          "[]",
          "()",
          "{}",
          "(1,)",
          "range(9)",
          "range(99999)");
  private static final List<String> BINARY =
      List.of(
          "+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", ">", "<=", "in", "not in",
          "and", "or");
  private static final List<String> FILTERS =
      List.of(
          "abs",
          "capitalize",
          "center",
          "count",
          "default",
          "escape",
          "float",
          "format",
          "indent",
          "int",
          "length",
          "lower",
          "replace",
          "round",
          "safe",
          "string",
          "title",
          "tojson",
          "trim",
          "upper",
          "wordcount",
          "dictsort",
          "first",
          "groupby",
          "items",
          "join",
          "last",
          "list",
          "map",
          "max",
          "min",
          "reject",
          "rejectattr",
          "reverse",
          "select",
          "selectattr",
          "sort",
          "sum",
          "unique");
  private static final List<String> TESTS =
      List.of(
          "defined",
          "none",
          "string",
          "mapping",
          "iterable",
          "sequence",
          "odd",
          "lower",
          "eq(1)",
          "in([1])",
          "divisibleby(3)",
          "sameas(none)",
          "lt(2)",
          "filter",
          "callable",
          "escaped");
  private static final List<String> METHODS =
      List.of(
          "strip",
          "split",
          "rsplit",
          "splitlines",
          "startswith",
          "endswith",
          "removeprefix",
          "replace",
          "upper",
          "casefold",
          "title",
          "swapcase",
          "find",
          "rfind",
          "index",
          "count",
          "join",
          "format",
          "partition",
          "rpartition",
          "ljust",
          "center",
          "zfill",
          "isalnum",
          "istitle",
          "items",
          "keys",
          "values",
          "get",
          "copy",
          "append");
  private static final List<String> FUNCTIONS =
      List.of("range", "dict", "namespace", "f", "raise_exception", "strftime_now", "caller");

  private final Random random;

  TemplateGrammar(long seed) {
    random = new Random(seed);
  }

  String template() {
    return "{% set ns = namespace(a=[1], b='b') %}{% set x = "
        + expression(2)
        + " %}{% macro f(y=1) %}"
        + body(2)
        + "{% endmacro %}"
        + body(3);
  }

  Map<String, Object> variables() {
    List<Object> messages = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      Map<String, Object> message = new LinkedHashMap<>();
      message.put("role", pick(List.of("user", "assistant", "system")));
      message.put("content", content());
      messages.add(message);
    }
    Map<String, Object> variables = new LinkedHashMap<>();
    variables.put("messages", messages);
    variables.put("tools", null);
    return variables;
  }

  private Object content() {
    String text = pick(List.of("hi", "x ", "é\u0301\n", "😀", "<|im_end|>", "1_0", "Σ'", "{}%s"));
    String content = text.repeat(random.nextInt(random.nextInt(20) == 0 ? 20_000 : 20));
    return random.nextInt(5) == 0 ? List.of(Map.of("type", "text", "text", content)) : content;
  }

  private String body(int depth) {
    StringBuilder body = new StringBuilder();
    for (int i = random.nextInt(2); i >= 0; i--) {
      body.append(statement(depth));
    }
    return body.toString();
  }

  private String statement(int depth) {
    if (depth == 0) {
      return random.nextBoolean() ? "text\n" : "{{ " + expression(2) + " }}";
    }
    String value = expression(3);
    String inner = body(depth - 1);
    return switch (random.nextInt(13)) {
      case 0, 1 -> "{{ " + value + " }}";
      case 2 -> "{%- if " + value + " -%} " + inner + "{% elif x %}" + inner + "{% endif %}";
      case 3 -> "{% for m in messages %}" + inner + "{% endfor %}";
      case 4 -> "{% for x in " + expression(2) + " %}" + inner + "{% else %}e{% endfor %}";
      case 5 -> "{% for x in range(99) if x is odd %}" + inner + "{% break %}{% endfor %}";
      case 6 -> "{% set x = " + value + " %}";
      case 7 -> "{% set ns.a = " + value + " %}{% set ns.b = [ns.a, ns.a] %}";
      case 8 -> "{% for i in range(40) %}{% set ns.a = " + grown() + " %}{% endfor %}";
      case 9 -> "{% set x %}" + inner + "{% endset %}";
      case 10 -> "{% filter " + pick(FILTERS) + " %}" + inner + "{% endfilter %}";
      case 11 -> "{% call f(" + value + ") %}" + inner + "{% endcall %}";
      default -> "{% with y = " + value + " %}" + inner + "{% endwith %}";
    };
  }

  /** What grows with each round. */
  private String grown() {
    return pick(
        List.of(
            "[ns.a, ns.a]",
            "(ns.a, ns.b)",
            "{'k': ns.a, 'l': ns.a}",
            "ns.a ~ ns.a",
            "ns.a + ns.a",
            "ns.a * 2",
            "[ns.a] | map('" + pick(FILTERS) + "')",
            "ns.a | " + pick(FILTERS),
            "{(ns.a, i): ns.b}"));
  }

  /** Mostly of a type that fits, else anything. */
  private String expression(int depth) {
    return switch (random.nextInt(12)) {
      case 0 -> wild(depth);
      case 1, 2, 3, 4 -> text(depth);
      case 5, 6 -> number(depth);
      case 7, 8 -> truth(depth);
      default -> list(depth);
    };
  }

  private String text(int depth) {
    if (depth <= 0) {
      return pick(List.of("'a'", "' b\\n'", "'Σ'", "'😀'", "messages[0].role", "''", "'a b'"));
    }
    String a = text(depth - 1);
    return switch (random.nextInt(9)) {
      case 0 -> "(" + a + " ~ " + expression(depth - 1) + ")";
      case 1 -> "(" + a + " + " + text(depth - 1) + ")";
      case 2 -> "(" + a + " * " + random.nextInt(5) + ")";
      case 3 -> a + " | " + pick(List.of("trim", "upper", "lower", "title", "indent", "e"));
      case 4 -> a + "." + pick(List.of("strip", "swapcase", "casefold", "rstrip")) + "()";
      case 5 -> "(" + a + ").replace(" + text(depth - 1) + ", " + text(depth - 1) + ")";
      case 6 -> "(" + a + ")[" + random.nextInt(3) + ":]";
      case 7 -> list(depth - 1) + " | join(" + a + ")";
      default -> expression(depth - 1) + " | string";
    };
  }

  private String number(int depth) {
    if (depth <= 0) {
      return pick(List.of("0", "1", "2", "7", "1.5", "99"));
    }
    return switch (random.nextInt(4)) {
      case 0 -> "(" + number(depth - 1) + " " + pick(List.of("+", "-", "*")) + " 3)";
      case 1 -> list(depth - 1) + " | length";
      case 2 -> "(" + text(depth - 1) + ").count(" + text(depth - 1) + ")";
      default -> text(depth - 1) + " | int";
    };
  }

  private String truth(int depth) {
    if (depth <= 0) {
      return pick(List.of("true", "false", "x is defined", "tools is none"));
    }
    return switch (random.nextInt(4)) {
      case 0 -> "(" + list(depth - 1) + " == " + list(depth - 1) + ")";
      case 1 -> "(" + expression(depth - 1) + " in " + list(depth - 1) + ")";
      case 2 -> "(not " + expression(depth - 1) + ")";
      default -> "(" + text(depth - 1) + ").startswith(" + text(depth - 1) + ")";
    };
  }

  private String list(int depth) {
    if (depth <= 0) {
      return pick(List.of("[]", "[1, 2]", "messages", "range(9)", "['b', 'a']", "(1, 'a')"));
    }
    return switch (random.nextInt(7)) {
      case 0 -> "[" + expression(depth - 1) + ", " + expression(depth - 1) + "]";
      case 1 -> "(" + text(depth - 1) + ").split()";
      case 2 -> "(" + text(depth - 1) + " | list)";
      case 3 -> "(" + list(depth - 1) + " | map('string') | list)";
      case 4 -> "(" + list(depth - 1) + " | map('string') | unique | sort)";
      case 5 -> "(" + list(depth - 1) + " | select('string') | list)";
      default -> "(" + list(depth - 1) + " | list)[" + random.nextInt(2) + ":9]";
    };
  }

  /** Of any type. */
  private String wild(int depth) {
    if (depth == 0) {
      return random.nextBoolean() ? pick(NAMES) : pick(LITERALS);
    }
    String a = expression(depth - 1);
    return switch (random.nextInt(16)) {
      case 0, 1, 2 -> "(" + a + " " + pick(BINARY) + " " + expression(depth - 1) + ")";
      case 3, 4, 5 -> a + " | " + pick(FILTERS) + arguments(depth);
      case 6 -> "(" + a + " is " + pick(TESTS) + ")";
      case 7, 8 -> "(" + a + ")." + pick(METHODS) + arguments(depth);
      case 9 -> "(" + a + ")[" + expression(depth - 1) + "]";
      case 10 -> "(" + a + ")[" + expression(0) + ":" + expression(0) + ":" + expression(0) + "]";
      case 11 -> pick(FUNCTIONS) + arguments(depth);
      case 12 -> "[" + a + ", " + expression(depth - 1) + "]";
      case 13 -> "{" + a + ": " + expression(depth - 1) + "}";
      case 14 -> "(" + a + " if " + expression(depth - 1) + " else " + expression(0) + ")";
      default -> random.nextBoolean() ? "(" + a + ",)" : "(not " + a + ")";
    };
  }

  private String arguments(int depth) {
    return switch (random.nextInt(5)) {
      case 0 -> "()";
      case 1 -> "(" + expression(depth - 1) + ", " + expression(0) + ")";
      case 2 -> "(attribute=" + expression(0) + ")";
      case 3 -> "(*" + expression(0) + ")";
      default -> "(" + expression(depth - 1) + ")";
    };
  }

  private String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }
}

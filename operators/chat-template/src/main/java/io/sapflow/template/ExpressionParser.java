package io.sapflow.template;

import io.sapflow.template.Expr.Arguments;
import io.sapflow.template.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads expressions with jinja2's grammar and precedence. */
final class ExpressionParser {
  private static final int MAX_DEPTH = 200;
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  private final TokenStream tokens;
  private final List<TemplateException> unknown = new ArrayList<>();
  private Frame frame;
  private boolean lenient;
  private int depth;

  ExpressionParser(TokenStream tokens) {
    this.tokens = tokens;
  }

  /** Changes the block whose names are read; returns the one before. */
  Frame enter(Frame block) {
    Frame before = frame;
    frame = block;
    return before;
  }

  /**
   * Changes whether an unknown filter or test is an error only once it is reached, as it is inside
   * an if; returns what held before.
   */
  boolean lenient(boolean now) {
    boolean before = lenient;
    lenient = now;
    return before;
  }

  /** Refuses a filter or test that was unknown and will be reached. */
  void checkKnown() {
    if (!unknown.isEmpty()) {
      throw unknown.get(0);
    }
  }

  /** One expression, with an inline if. */
  Expr expression() {
    enter();
    int known = unknown.size();
    Expr value = or();
    while (tokens.peek().isName("if")) {
      int line = tokens.next().line();
      Expr test = or();
      Expr otherwise = tokens.skipName("else") ? expression() : null;
      value = new Expr.Conditional(test, value, otherwise, line);
      unknown.subList(known, unknown.size()).clear();
    }
    depth--;
    return value;
  }

  private void enter() {
    if (++depth > MAX_DEPTH) {
      throw tokens.fail("the expression is nested deeper than " + MAX_DEPTH);
    }
  }

  /** An expression, or several with commas, which make a tuple. */
  Expr tuple(boolean conditional) {
    int line = tokens.peek().line();
    List<Expr> items = new ArrayList<>();
    boolean comma = false;
    while (!endsTuple()) {
      items.add(conditional ? expression() : or());
      if (!tokens.skipOperator(",")) {
        break;
      }
      comma = true;
    }
    if (items.isEmpty()) {
      throw tokens.fail("expected an expression, found " + tokens.peek().shown());
    }
    return items.size() == 1 && !comma ? items.get(0) : new Expr.TupleOf(items, line);
  }

  private boolean endsTuple() {
    Token token = tokens.peek();
    return token.kind() == Kind.VARIABLE_END
        || token.kind() == Kind.BLOCK_END
        || token.isOperator(")");
  }

  /** An expression without an inline if, as a loop's items are. */
  Expr or() {
    Expr left = and();
    while (tokens.peek().isName("or")) {
      int line = tokens.next().line();
      left = new Expr.Logic(false, left, and(), line);
    }
    return left;
  }

  private Expr and() {
    Expr left = not();
    while (tokens.peek().isName("and")) {
      int line = tokens.next().line();
      left = new Expr.Logic(true, left, not(), line);
    }
    return left;
  }

  private Expr not() {
    if (tokens.peek().isName("not")) {
      enter();
      int line = tokens.next().line();
      Expr value = new Expr.Not(not(), line);
      depth--;
      return value;
    }
    return compare();
  }

  private Expr compare() {
    int line = tokens.peek().line();
    Expr first = sum();
    List<String> operators = new ArrayList<>();
    List<Expr> rest = new ArrayList<>();
    while (true) {
      Token token = tokens.peek();
      if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
        operators.add(tokens.next().text());
      } else if (tokens.skipName("in")) {
        operators.add("in");
      } else if (token.isName("not") && tokens.peekNext().isName("in")) {
        tokens.next();
        tokens.next();
        operators.add("not in");
      } else {
        break;
      }
      rest.add(sum());
    }
    return rest.isEmpty() ? first : new Expr.Compare(first, operators, rest, line);
  }

  private Expr sum() {
    Expr left = concat();
    while (tokens.peek().isOperator("+") || tokens.peek().isOperator("-")) {
      Token operator = tokens.next();
      left = new Expr.Binary(operator.text(), left, concat(), operator.line());
    }
    return left;
  }

  private Expr concat() {
    int line = tokens.peek().line();
    List<Expr> parts = new ArrayList<>(List.of(product()));
    while (tokens.skipOperator("~")) {
      parts.add(product());
    }
    return parts.size() == 1 ? parts.get(0) : new Expr.Concat(parts, line);
  }

  private Expr product() {
    Expr left = power();
    while (tokens.peek().kind() == Kind.OPERATOR
        && Set.of("*", "/", "//", "%").contains(tokens.peek().text())) {
      Token operator = tokens.next();
      left = new Expr.Binary(operator.text(), left, power(), operator.line());
    }
    return left;
  }

  private Expr power() {
    Expr left = unary(true);
    while (tokens.peek().isOperator("**")) {
      int line = tokens.next().line();
      left = new Expr.Binary("**", left, unary(true), line);
    }
    return left;
  }

  private Expr unary(boolean filters) {
    enter();
    Token token = tokens.peek();
    Expr value;
    if (token.isOperator("-") || token.isOperator("+")) {
      tokens.next();
      value = new Expr.Sign(token.text().equals("-"), unary(false), token.line());
    } else {
      value = primary();
    }
    value = postfix(value);
    value = filters ? filtersAndTests(value) : value;
    depth--;
    return value;
  }

  private Expr primary() {
    Token token = tokens.peek();
    switch (token.kind()) {
      case NAME:
        tokens.next();
        return name(token);
      case STRING:
        StringBuilder text = new StringBuilder();
        while (tokens.peek().kind() == Kind.STRING) {
          text.append(tokens.next().text());
        }
        return new Expr.Literal(text.toString(), token.line());
      case INTEGER:
        tokens.next();
        return new Expr.Literal(integer(token), token.line());
      case FLOAT:
        tokens.next();
        return new Expr.Literal(Double.valueOf(token.text()), token.line());
      default:
        break;
    }
    if (tokens.skipOperator("(")) {
      Expr value =
          tokens.peek().isOperator(")") ? new Expr.TupleOf(List.of(), token.line()) : tuple(true);
      tokens.expectOperator(")");
      return value;
    }
    if (tokens.skipOperator("[")) {
      return list(token.line());
    }
    if (tokens.skipOperator("{")) {
      return dict(token.line());
    }
    throw tokens.fail("expected an expression, found " + token.shown());
  }

  private Expr name(Token token) {
    switch (token.text()) {
      case "true", "True":
        return new Expr.Literal(true, token.line());
      case "false", "False":
        return new Expr.Literal(false, token.line());
      case "none", "None":
        return new Expr.Literal(null, token.line());
      default:
        frame.read(token.text());
        return new Expr.Name(token.text(), token.line());
    }
  }

  private static Long integer(Token token) {
    String text = token.text().toLowerCase(java.util.Locale.ROOT);
    int radix =
        text.startsWith("0x") ? 16 : text.startsWith("0o") ? 8 : text.startsWith("0b") ? 2 : 10;
    try {
      return Long.valueOf(radix == 10 ? text : text.substring(2), radix);
    } catch (NumberFormatException e) {
      throw new TemplateException("the number " + text + " does not fit 64 bits", token.line());
    }
  }

  private Expr list(int line) {
    List<Expr> items = new ArrayList<>();
    while (!tokens.peek().isOperator("]")) {
      items.add(expression());
      if (!tokens.skipOperator(",")) {
        break;
      }
    }
    tokens.expectOperator("]");
    return new Expr.ListOf(items, line);
  }

  private Expr dict(int line) {
    List<Expr> keys = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (!tokens.peek().isOperator("}")) {
      keys.add(expression());
      tokens.expectOperator(":");
      values.add(expression());
      if (!tokens.skipOperator(",")) {
        break;
      }
    }
    tokens.expectOperator("}");
    return new Expr.DictOf(keys, values, line);
  }

  private Expr postfix(Expr start) {
    Expr value = start;
    while (true) {
      Token token = tokens.peek();
      if (tokens.skipOperator(".")) {
        value = member(value, token.line());
      } else if (tokens.skipOperator("[")) {
        value = subscript(value, token.line());
      } else if (token.isOperator("(")) {
        value = new Expr.Call(value, arguments(), token.line());
      } else {
        return value;
      }
    }
  }

  private Expr member(Expr value, int line) {
    Token name = tokens.next();
    if (name.kind() == Kind.INTEGER) {
      return new Expr.Subscript(value, new Expr.Literal(integer(name), line), line);
    }
    if (name.kind() != Kind.NAME) {
      throw new TemplateException("expected a name after '.', found " + name.shown(), line);
    }
    return new Expr.Attribute(value, name.text(), line);
  }

  private Expr subscript(Expr value, int line) {
    Expr start = tokens.peek().isOperator(":") ? null : expression();
    Expr result;
    if (tokens.skipOperator(":")) {
      Expr stop = endsSlicePart() ? null : expression();
      Expr step = tokens.skipOperator(":") && !endsSlicePart() ? expression() : null;
      result = new Expr.Slice(value, start, stop, step, line);
    } else {
      result = new Expr.Subscript(value, start, line);
    }
    tokens.expectOperator("]");
    return result;
  }

  private boolean endsSlicePart() {
    return tokens.peek().isOperator(":") || tokens.peek().isOperator("]");
  }

  /** A call's arguments with their brackets. */
  Arguments arguments() {
    tokens.expectOperator("(");
    List<Expr> positional = new ArrayList<>();
    Map<String, Expr> named = new LinkedHashMap<>();
    Expr star = null;
    Expr doubleStar = null;
    while (!tokens.peek().isOperator(")")) {
      if (tokens.skipOperator("**")) {
        doubleStar = expression();
      } else if (tokens.skipOperator("*")) {
        star = expression();
      } else if (tokens.peek().kind() == Kind.NAME && tokens.peekNext().isOperator("=")) {
        String name = tokens.next().text();
        tokens.next();
        if (named.put(name, expression()) != null) {
          throw tokens.fail("the argument '" + name + "' is given twice");
        }
      } else if (named.isEmpty() && star == null && doubleStar == null) {
        positional.add(expression());
      } else {
        throw tokens.fail("an argument without a name stands after a named one");
      }
      if (!tokens.skipOperator(",")) {
        break;
      }
    }
    tokens.expectOperator(")");
    return new Arguments(positional, named, star, doubleStar);
  }

  private Expr filtersAndTests(Expr start) {
    Expr value = start;
    while (true) {
      Token token = tokens.peek();
      if (token.isOperator("|")) {
        tokens.next();
        value = filter(value);
      } else if (token.isName("is")) {
        value = test(value);
      } else if (token.isOperator("(")) {
        value = new Expr.Call(value, arguments(), token.line());
      } else {
        return value;
      }
    }
  }

  /** A filter's name and arguments, after the bar. */
  Expr.Filter filter(Expr target) {
    Token name = tokens.expect(Kind.NAME, "a filter's name");
    if (!Filters.has(name.text())) {
      refuse(Filters.unknown(name.text()).at(name.line()));
    }
    Arguments arguments = tokens.peek().isOperator("(") ? arguments() : Arguments.NONE;
    return new Expr.Filter(target, name.text(), arguments, name.line());
  }

  private void refuse(TemplateException failure) {
    if (!lenient) {
      unknown.add(failure);
    }
  }

  /** Filters in a row that take a block's text. */
  Expr.Filter blockFilter() {
    boolean before = lenient(false);
    Expr.Filter filter = filter(null);
    while (tokens.skipOperator("|")) {
      filter = filter(filter);
    }
    lenient(before);
    return filter;
  }

  private Expr test(Expr target) {
    int line = tokens.next().line();
    boolean negated = tokens.skipName("not");
    Token name = tokens.expect(Kind.NAME, "a test's name");
    if (!Tests.has(name.text())) {
      refuse(Tests.unknown(name.text()).at(name.line()));
    }
    Expr test = new Expr.Test(target, name.text(), testArguments(), line);
    return negated ? new Expr.Not(test, line) : test;
  }

  private Arguments testArguments() {
    Token token = tokens.peek();
    if (token.isOperator("(")) {
      return arguments();
    }
    boolean value =
        switch (token.kind()) {
          case NAME -> !Set.of("else", "or", "and").contains(token.text());
          case STRING, INTEGER, FLOAT -> true;
          case OPERATOR -> token.text().equals("[") || token.text().equals("{");
          default -> false;
        };
    if (!value) {
      return Arguments.NONE;
    }
    if (token.isName("is")) {
      throw tokens.fail("tests cannot be chained with 'is'");
    }
    return new Arguments(List.of(postfix(primary())), Map.of(), null, null);
  }
}

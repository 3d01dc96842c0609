package io.sapflow.tokens.template;

import io.sapflow.tokens.template.Stmt.Target;
import io.sapflow.tokens.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Reads a template into its tree. */
final class Parser {
  private static final int MAX_DEPTH = 100;

  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private int depth;
  private int loops;

  private Parser(List<Token> tokens) {
    this.tokens = new TokenStream(tokens);
    this.expressions = new ExpressionParser(this.tokens);
  }

  static List<Stmt> parse(String source) {
    return new Parser(Lexer.lex(source)).body(List.of(), "", 0);
  }

  /** Statements up to one of the given tags, whose name is the next token then. */
  private List<Stmt> body(List<String> ends, String opened, int line) {
    if (++depth > MAX_DEPTH) {
      throw tokens.fail("blocks are nested deeper than " + MAX_DEPTH);
    }
    List<Stmt> statements = new ArrayList<>();
    while (true) {
      Token token = tokens.peek();
      if (token.kind() == Kind.END) {
        if (!ends.isEmpty()) {
          throw new TemplateException(
              "the '"
                  + opened
                  + "' block is not closed; '"
                  + ends.get(ends.size() - 1)
                  + "' is missing",
              line);
        }
        break;
      }
      tokens.next();
      if (token.kind() == Kind.DATA) {
        statements.add(new Stmt.Text(token.text()));
      } else if (token.kind() == Kind.VARIABLE_BEGIN) {
        statements.add(new Stmt.Output(expressions.tuple(true)));
        tokens.expect(Kind.VARIABLE_END, "the end of the expression");
      } else {
        Token name = tokens.expect(Kind.NAME, "a tag's name");
        if (ends.contains(name.text())) {
          depth--;
          lastEnd = name;
          return statements;
        }
        statements.add(statement(name));
        endTag();
      }
    }
    depth--;
    return statements;
  }

  /** The tag that closed the last body. */
  private Token lastEnd;

  private List<Stmt> block(Token tag, String end) {
    endTag();
    return body(List.of(end), tag.text(), tag.line());
  }

  /** A block whose body is a scope of its own function, where no loop can be left. */
  private List<Stmt> closed(Token tag, String end) {
    int outer = loops;
    loops = 0;
    List<Stmt> statements = block(tag, end);
    loops = outer;
    return statements;
  }

  private void endTag() {
    tokens.expect(Kind.BLOCK_END, "the end of the tag");
  }

  private Stmt statement(Token tag) {
    return switch (tag.text()) {
      case "if" -> conditional(tag);
      case "for" -> loop(tag);
      case "set" -> set(tag);
      case "macro" -> macro(tag);
      case "call" -> call(tag);
      case "filter" -> new Stmt.FilterBlock(expressions.blockFilter(), closed(tag, "endfilter"));
      case "with" -> with(tag);
      case "generation" -> new Stmt.Generation(closed(tag, "endgeneration"), tag.line());
      case "break" -> leave(tag, new Stmt.Break());
      case "continue" -> leave(tag, new Stmt.Continue());
      default -> throw new TemplateException("unknown tag '" + tag.text() + "'", tag.line());
    };
  }

  private Stmt leave(Token tag, Stmt statement) {
    if (loops == 0) {
      throw new TemplateException("'" + tag.text() + "' stands outside a loop", tag.line());
    }
    return statement;
  }

  private Stmt conditional(Token tag) {
    List<Stmt.Branch> branches = new ArrayList<>();
    List<Stmt> otherwise = List.of();
    while (true) {
      Expr test = expressions.tuple(false);
      endTag();
      branches.add(
          new Stmt.Branch(test, body(List.of("elif", "else", "endif"), tag.text(), tag.line())));
      if (lastEnd.text().equals("elif")) {
        continue;
      }
      if (lastEnd.text().equals("else")) {
        otherwise = block(tag, "endif");
      }
      return new Stmt.If(branches, otherwise);
    }
  }

  private Stmt loop(Token tag) {
    Target target = target(false);
    tokens.expectName("in");
    Expr items = expressions.tuple(false);
    Expr condition = tokens.skipName("if") ? expressions.expression() : null;
    if (tokens.peek().isName("recursive")) {
      throw tokens.fail("recursive loops are not supported");
    }
    endTag();
    loops++;
    List<Stmt> body = body(List.of("else", "endfor"), tag.text(), tag.line());
    loops--;
    List<Stmt> otherwise = lastEnd.text().equals("else") ? block(tag, "endfor") : List.of();
    return new Stmt.For(target, items, condition, body, otherwise, tag.line());
  }

  private Target target(boolean members) {
    if (members && tokens.peekNext().isOperator(".")) {
      String namespace = tokens.expect(Kind.NAME, "a name").text();
      tokens.next();
      String attribute = tokens.expect(Kind.NAME, "an attribute's name").text();
      return new Target.Member(namespace, attribute);
    }
    List<Target> targets = new ArrayList<>(List.of(single()));
    boolean comma = false;
    while (tokens.skipOperator(",")) {
      comma = true;
      if (tokens.peek().isName("in") || tokens.peek().isOperator("=")) {
        break;
      }
      targets.add(single());
    }
    return comma ? new Target.Many(targets) : targets.get(0);
  }

  private Target single() {
    if (tokens.skipOperator("(")) {
      if (++depth > MAX_DEPTH) {
        throw tokens.fail("brackets are nested deeper than " + MAX_DEPTH);
      }
      Target inner = target(false);
      depth--;
      tokens.expectOperator(")");
      return inner;
    }
    Token name = tokens.expect(Kind.NAME, "a name to assign to");
    if (List.of("true", "false", "none", "True", "False", "None").contains(name.text())) {
      throw new TemplateException("cannot assign to '" + name.text() + "'", name.line());
    }
    return new Target.Name(name.text());
  }

  private Stmt set(Token tag) {
    Target target = target(true);
    if (tokens.skipOperator("=")) {
      return new Stmt.Set(target, expressions.tuple(true), tag.line());
    }
    Expr.Filter filter = tokens.skipOperator("|") ? expressions.blockFilter() : null;
    return new Stmt.SetBlock(target, filter, closed(tag, "endset"), tag.line());
  }

  private Stmt macro(Token tag) {
    String name = tokens.expect(Kind.NAME, "the macro's name").text();
    List<Stmt.Parameter> parameters = parameters();
    return new Stmt.Macro(name, parameters, closed(tag, "endmacro"), tag.line());
  }

  private List<Stmt.Parameter> parameters() {
    List<Stmt.Parameter> parameters = new ArrayList<>();
    tokens.expectOperator("(");
    while (!tokens.peek().isOperator(")")) {
      String name = tokens.expect(Kind.NAME, "a parameter's name").text();
      parameters.add(
          new Stmt.Parameter(name, tokens.skipOperator("=") ? expressions.expression() : null));
      if (!tokens.skipOperator(",")) {
        break;
      }
    }
    tokens.expectOperator(")");
    return parameters;
  }

  private Stmt call(Token tag) {
    List<Stmt.Parameter> parameters = tokens.peek().isOperator("(") ? parameters() : List.of();
    if (!(expressions.expression() instanceof Expr.Call call)) {
      throw new TemplateException("'call' needs a call of a macro", tag.line());
    }
    Stmt.Macro caller = new Stmt.Macro("caller", parameters, closed(tag, "endcall"), tag.line());
    return new Stmt.CallBlock(call, caller, tag.line());
  }

  private Stmt with(Token tag) {
    List<Target> targets = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (tokens.peek().kind() != Kind.BLOCK_END) {
      if (!targets.isEmpty()) {
        tokens.expectOperator(",");
      }
      targets.add(single());
      tokens.expectOperator("=");
      values.add(expressions.expression());
    }
    return new Stmt.With(targets, values, block(tag, "endwith"), tag.line());
  }
}

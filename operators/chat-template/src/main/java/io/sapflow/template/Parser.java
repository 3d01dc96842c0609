package io.sapflow.template;

import io.sapflow.template.Stmt.Target;
import io.sapflow.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Reads a template into its tree. */
final class Parser {
  private static final int MAX_DEPTH = 100;

  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private final List<Frame> frames = new ArrayList<>();
  private Frame frame;
  private int depth;
  private int loops;
  private int loopsAround;

  private Parser(List<Token> tokens) {
    this.tokens = new TokenStream(tokens);
    this.expressions = new ExpressionParser(this.tokens);
  }

  static List<Stmt> parse(String source) {
    Parser parser = new Parser(Lexer.lex(source));
    List<Stmt> statements = parser.framed(new Frame(null), () -> parser.body(List.of(), "", 0));
    parser.frames.forEach(Frame::close);
    return statements;
  }

  /** What is read with a block's own names, after a statement that hides those it sets later. */
  private List<Stmt> framed(Frame block, Supplier<List<Stmt>> read) {
    List<Stmt> statements = new ArrayList<>(List.of(new Stmt.Hide(block)));
    statements.addAll(within(block, read));
    frames.add(block);
    return statements;
  }

  private <T> T within(Frame block, Supplier<T> read) {
    Frame before = frame;
    boolean lenient = expressions.lenient(false);
    frame = block;
    expressions.enter(block);
    T made = read.get();
    frame = before;
    expressions.enter(before);
    expressions.lenient(lenient);
    return made;
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
        expressions.checkKnown();
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

  /** A block with names of its own, inside of which no loop around it can be left. */
  private List<Stmt> closed(Frame block, Token tag, String end) {
    int outer = loops;
    loops = 0;
    List<Stmt> statements = framed(block, () -> block(tag, end));
    loops = outer;
    return statements;
  }

  private void endTag() {
    tokens.expect(Kind.BLOCK_END, "the end of the tag");
    expressions.checkKnown();
  }

  private Stmt statement(Token tag) {
    return switch (tag.text()) {
      case "if" -> conditional(tag);
      case "for" -> loop(tag);
      case "set" -> set(tag);
      case "macro" -> macro(tag);
      case "call" -> call(tag);
      case "filter" -> {
        Expr.Filter filter = expressions.blockFilter();
        List<Stmt> body = closed(new Frame(frame), tag, "endfilter");
        yield new Stmt.FilterBlock(filter, body, tag.line());
      }
      case "with" -> with(tag);
      case "generation" -> generation(tag);
      case "break" -> leave(tag, new Stmt.Break());
      case "continue" -> leave(tag, new Stmt.Continue());
      default -> throw new TemplateException("unknown tag '" + tag.text() + "'", tag.line());
    };
  }

  private Stmt generation(Token tag) {
    Frame inner = new Frame(frame);
    List<Stmt> body = closed(inner, tag, "endgeneration");
    if (!inner.special().isEmpty()) {
      throw new TemplateException(
          inner.special() + " inside a generation block is not supported", tag.line());
    }
    return new Stmt.Generation(body, tag.line());
  }

  private Stmt leave(Token tag, Stmt statement) {
    if (loops == 0) {
      throw new TemplateException("'" + tag.text() + "' stands outside a loop", tag.line());
    }
    return statement;
  }

  private Stmt conditional(Token tag) {
    boolean lenient = expressions.lenient(true);
    frame.condition(1);
    Stmt statement = branches(tag);
    frame.condition(-1);
    expressions.lenient(lenient);
    return statement;
  }

  private Stmt branches(Token tag) {
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
    loopsAround++;
    Target target = target(false);
    tokens.expectName("in");
    Expr items = expressions.tuple(false);
    Expr condition = tokens.skipName("if") ? condition(target) : null;
    if (tokens.peek().isName("recursive")) {
      throw tokens.fail("recursive loops are not supported");
    }
    endTag();
    loops++;
    Frame inner = new Frame(frame);
    names(target).forEach(inner::read);
    List<Stmt> body = framed(inner, () -> body(List.of("else", "endfor"), tag.text(), tag.line()));
    loops--;
    List<Stmt> otherwise =
        lastEnd.text().equals("else")
            ? framed(new Frame(frame), () -> block(tag, "endfor"))
            : List.of();
    loopsAround--;
    return new Stmt.For(target, items, condition, body, otherwise, tag.line());
  }

  private Expr condition(Target target) {
    Frame inner = new Frame(frame);
    names(target).forEach(inner::read);
    frames.add(inner);
    return within(inner, expressions::expression);
  }

  /** The names that a target assigns. */
  private static List<String> names(Target target) {
    if (target instanceof Target.Many many) {
      List<String> names = new ArrayList<>();
      many.targets().forEach(part -> names.addAll(names(part)));
      return names;
    }
    return target instanceof Target.Name name ? List.of(name.name()) : List.of();
  }

  private Target target(boolean members) {
    List<Target> targets = new ArrayList<>(List.of(single(members)));
    boolean comma = false;
    while (tokens.skipOperator(",")) {
      comma = true;
      if (tokens.peek().isOperator(")") || tokens.peek().kind() == Kind.BLOCK_END) {
        break;
      }
      targets.add(single(members));
    }
    return comma ? new Target.Many(targets) : targets.get(0);
  }

  private Target single(boolean members) {
    if (members && tokens.peekNext().isOperator(".")) {
      String namespace = tokens.expect(Kind.NAME, "a name").text();
      tokens.next();
      frame.read(namespace);
      String attribute = tokens.expect(Kind.NAME, "an attribute's name").text();
      return new Target.Member(namespace, attribute);
    }
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
    boolean loop = name.text().equals("loop") && loopsAround > 0;
    if (loop || List.of("true", "false", "none", "True", "False", "None").contains(name.text())) {
      throw new TemplateException("cannot assign to '" + name.text() + "'", name.line());
    }
    return new Target.Name(name.text());
  }

  private Stmt set(Token tag) {
    Target target = target(true);
    if (tokens.skipOperator("=")) {
      Expr value = expressions.tuple(true);
      names(target).forEach(frame::set);
      return new Stmt.Set(target, value, tag.line());
    }
    Expr.Filter filter = tokens.skipOperator("|") ? expressions.blockFilter() : null;
    names(target).forEach(frame::set);
    List<Stmt> body = closed(new Frame(frame), tag, "endset");
    return new Stmt.SetBlock(target, filter, body, tag.line());
  }

  private Stmt macro(Token tag) {
    String name = tokens.expect(Kind.NAME, "the macro's name").text();
    frame.set(name);
    Frame inner = new Frame(frame);
    List<Stmt.Parameter> parameters = within(inner, this::parameters);
    return macro(name, parameters, inner, tag, "endmacro");
  }

  private Stmt.Macro macro(
      String name, List<Stmt.Parameter> parameters, Frame inner, Token tag, String end) {
    List<Stmt> body = closed(inner, tag, end);
    return new Stmt.Macro(name, parameters, body, Set.copyOf(inner.special()), tag.line());
  }

  private List<Stmt.Parameter> parameters() {
    List<Stmt.Parameter> parameters = new ArrayList<>();
    tokens.expectOperator("(");
    while (!tokens.peek().isOperator(")")) {
      Token token = tokens.expect(Kind.NAME, "a parameter's name");
      String name = token.text();
      if (name.equals("caller") || parameters.stream().anyMatch(p -> p.name().equals(name))) {
        throw new TemplateException("a parameter cannot be named '" + name + "'", token.line());
      }
      frame.read(name);
      Expr fallback = tokens.skipOperator("=") ? expressions.expression() : null;
      boolean needed = fallback == null && !parameters.isEmpty();
      if (needed && parameters.get(parameters.size() - 1).fallback() != null) {
        throw new TemplateException(
            "the parameter '" + name + "' needs a default, as the one before has", token.line());
      }
      parameters.add(new Stmt.Parameter(name, fallback));
      if (!tokens.skipOperator(",")) {
        break;
      }
    }
    tokens.expectOperator(")");
    return parameters;
  }

  private Stmt call(Token tag) {
    Frame inner = new Frame(frame);
    List<Stmt.Parameter> parameters =
        tokens.peek().isOperator("(") ? within(inner, this::parameters) : List.of();
    if (!(expressions.expression() instanceof Expr.Call call)) {
      throw new TemplateException("'call' needs a call of a macro", tag.line());
    }
    Stmt.Macro caller = macro("caller", parameters, inner, tag, "endcall");
    return new Stmt.CallBlock(call, caller, tag.line());
  }

  private Stmt with(Token tag) {
    List<Target> targets = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    Frame inner = new Frame(frame);
    while (tokens.peek().kind() != Kind.BLOCK_END) {
      if (!targets.isEmpty()) {
        tokens.expectOperator(",");
      }
      targets.add(single(false));
      tokens.expectOperator("=");
      values.add(expressions.expression());
    }
    targets.forEach(target -> names(target).forEach(inner::read));
    List<Stmt> body = framed(inner, () -> block(tag, "endwith"));
    return new Stmt.With(targets, values, body, tag.line());
  }
}

package io.sapflow.template;

import java.util.List;
import java.util.Map;

/** An expression of the tree. */
sealed interface Expr {
  /** Line of the template, from 1. */
  int line();

  record Literal(Object value, int line) implements Expr {}

  record Name(String name, int line) implements Expr {}

  record TupleOf(List<Expr> items, int line) implements Expr {}

  record ListOf(List<Expr> items, int line) implements Expr {}

  record DictOf(List<Expr> keys, List<Expr> values, int line) implements Expr {}

  record Attribute(Expr target, String name, int line) implements Expr {}

  record Subscript(Expr target, Expr index, int line) implements Expr {}

  /** Parts may be null, which leaves them open. */
  record Slice(Expr target, Expr start, Expr stop, Expr step, int line) implements Expr {}

  record Call(Expr callee, Arguments arguments, int line) implements Expr {}

  /** A filter; the target is null where the filter takes a block's text. */
  record Filter(Expr target, String name, Arguments arguments, int line) implements Expr {}

  record Test(Expr target, String name, Arguments arguments, int line) implements Expr {}

  record Not(Expr operand, int line) implements Expr {}

  record Sign(boolean negative, Expr operand, int line) implements Expr {}

  record Binary(String operator, Expr left, Expr right, int line) implements Expr {}

  /** first op[0] rest[0] and rest[0] op[1] rest[1] and so on. */
  record Compare(Expr first, List<String> operators, List<Expr> rest, int line) implements Expr {}

  /** {@code and} or {@code or}: the operand that decides. */
  record Logic(boolean and, Expr left, Expr right, int line) implements Expr {}

  record Concat(List<Expr> parts, int line) implements Expr {}

  /** The last part is null where there is no else. */
  record Conditional(Expr test, Expr then, Expr otherwise, int line) implements Expr {}

  /** A call's arguments; star and doubleStar are null where absent. */
  record Arguments(List<Expr> positional, Map<String, Expr> named, Expr star, Expr doubleStar) {
    static final Arguments NONE = new Arguments(List.of(), Map.of(), null, null);
  }
}

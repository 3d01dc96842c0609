package io.sapflow.template;

import java.util.List;

/** A statement of the tree. */
sealed interface Stmt {
  record Text(String text) implements Stmt {}

  record Output(Expr value) implements Stmt {}

  record If(List<Branch> branches, List<Stmt> otherwise) implements Stmt {}

  record Branch(Expr test, List<Stmt> body) {}

  /** A loop; the condition is null where there is none. */
  record For(
      Target target, Expr items, Expr condition, List<Stmt> body, List<Stmt> otherwise, int line)
      implements Stmt {}

  record Set(Target target, Expr value, int line) implements Stmt {}

  /** A set block; the filter is null where there is none. */
  record SetBlock(Target target, Expr.Filter filter, List<Stmt> body, int line) implements Stmt {}

  /** A macro; special are those of caller, varargs and kwargs that it uses. */
  record Macro(
      String name,
      List<Parameter> parameters,
      List<Stmt> body,
      java.util.Set<String> special,
      int line)
      implements Stmt {}

  /** A macro's parameter; the fallback is null where there is none. */
  record Parameter(String name, Expr fallback) {}

  record CallBlock(Expr.Call call, Macro caller, int line) implements Stmt {}

  record FilterBlock(Expr.Filter filter, List<Stmt> body, int line) implements Stmt {}

  record With(List<Target> targets, List<Expr> values, List<Stmt> body, int line) implements Stmt {}

  record Generation(List<Stmt> body, int line) implements Stmt {}

  /** The names that are undefined from the start of a block on. */
  record Hide(Frame frame) implements Stmt {}

  record Break() implements Stmt {}

  record Continue() implements Stmt {}

  /** What a value is assigned to. */
  sealed interface Target {
    record Name(String name) implements Target {}

    record Many(List<Target> targets) implements Target {}

    record Member(String namespace, String attribute) implements Target {}
  }
}

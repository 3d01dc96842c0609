package io.sapflow.template;

import io.sapflow.template.Token.Kind;
import java.util.List;

/** The tokens with a place in them. */
final class TokenStream {
  private final List<Token> tokens;
  private int position;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(position);
  }

  Token peekNext() {
    return tokens.get(Math.min(position + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = peek();
    position = Math.min(position + 1, tokens.size() - 1);
    return token;
  }

  boolean skipName(String name) {
    boolean found = peek().isName(name);
    if (found) {
      next();
    }
    return found;
  }

  boolean skipOperator(String operator) {
    boolean found = peek().isOperator(operator);
    if (found) {
      next();
    }
    return found;
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw fail("expected '" + operator + "', found " + peek().shown());
    }
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw fail("expected '" + name + "', found " + peek().shown());
    }
  }

  Token expect(Kind kind, String what) {
    if (peek().kind() != kind) {
      throw fail("expected " + what + ", found " + peek().shown());
    }
    return next();
  }

  TemplateException fail(String message) {
    return new TemplateException(message, peek().line());
  }
}

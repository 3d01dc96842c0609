package io.sapflow.template;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/** Python's operators. Whole numbers have 64 bits; more is an error. */
final class Arithmetic {
  private Arithmetic() {}

  static Object binary(String operator, Object left, Object right, Budget budget) {
    for (Object side : new Object[] {left, right}) {
      if (side instanceof Undefined undefined
          && !(operator.equals("%") && left instanceof String)) {
        throw undefined.fail();
      }
    }
    if (Py.isNumber(left) && Py.isNumber(right)) {
      budget.charge(5);
      return numbers(operator, left, right);
    }
    if (left instanceof Values.Safe || right instanceof Values.Safe) {
      return safe(operator, left, right, budget);
    }
    if (operator.equals("+")) {
      return add(left, right, budget);
    }
    if (operator.equals("*") && Py.isInteger(right)) {
      return repeat(left, right, Py.integer(right), budget);
    }
    if (operator.equals("*") && Py.isInteger(left)) {
      return repeat(right, left, Py.integer(left), budget);
    }
    if (operator.equals("%") && left instanceof String format) {
      return PercentFormat.format(format, right, budget);
    }
    throw unsupported(operator, left, right);
  }

  private static Object safe(String operator, Object left, Object right, Budget budget) {
    if (operator.equals("+")) {
      return SafeText.add(left, right, budget);
    }
    if (operator.equals("*")) {
      return new Values.Safe((String) binary(operator, Py.plain(left), Py.plain(right), budget));
    }
    if (operator.equals("%") && left instanceof String) {
      return binary(operator, left, Py.plain(right), budget);
    }
    throw new TemplateException("'" + operator + "' with a safe text is not supported");
  }

  private static TemplateException unsupported(String operator, Object left, Object right) {
    return Py.typeError(
        "unsupported operand type(s) for "
            + (operator.equals("**") ? "** or pow()" : operator)
            + ": '"
            + Py.type(left)
            + "' and '"
            + Py.type(right)
            + "'");
  }

  private static Object add(Object left, Object right, Budget budget) {
    if (left instanceof String a) {
      if (!(right instanceof String b)) {
        throw Py.typeError("can only concatenate str (not \"" + Py.type(right) + "\") to str");
      }
      budget.text((long) a.length() + b.length());
      return a + b;
    }
    if (left instanceof Values.Tuple a && right instanceof Values.Tuple b) {
      return new Values.Tuple(joined(a.items(), b.items(), budget));
    }
    if (left instanceof List<?> a && !(left instanceof Values.Range)) {
      if (right instanceof List<?> b && !(right instanceof Values.Range)) {
        return joined(a, b, budget);
      }
      throw Py.typeError("can only concatenate list (not \"" + Py.type(right) + "\") to list");
    }
    throw unsupported("+", left, right);
  }

  private static List<Object> joined(List<?> a, List<?> b, Budget budget) {
    budget.list((long) a.size() + b.size());
    List<Object> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }

  private static Object repeat(Object value, Object count, long times, Budget budget) {
    long n = Math.max(0, times);
    if (value instanceof String text) {
      budget.text(product(n, text.length()));
      return text.repeat(text.isEmpty() ? 0 : (int) n);
    }
    boolean tuple = value instanceof Values.Tuple;
    if (!tuple && (!(value instanceof List) || value instanceof Values.Range)) {
      throw unsupported("*", value, count);
    }
    List<Object> items = Py.elements(value, budget);
    budget.list(product(n, items.size()));
    List<Object> all = new ArrayList<>();
    for (long i = 0; i < n && !items.isEmpty(); i++) {
      all.addAll(items);
    }
    return tuple ? new Values.Tuple(all) : all;
  }

  private static long product(long a, long b) {
    return a != 0 && b > Long.MAX_VALUE / a ? Long.MAX_VALUE : a * b;
  }

  private static Object numbers(String operator, Object left, Object right) {
    boolean zero = Py.real(right) == 0;
    if (zero && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
      throw new TemplateException("ZeroDivisionError: division by zero");
    }
    if (Py.isInteger(left) && Py.isInteger(right)) {
      return integers(operator, Py.integer(left), Py.integer(right));
    }
    return reals(operator, Py.real(left), Py.real(right));
  }

  private static Object integers(String operator, long a, long b) {
    try {
      return switch (operator) {
        case "+" -> (Object) Math.addExact(a, b);
        case "-" -> (Object) Math.subtractExact(a, b);
        case "*" -> (Object) Math.multiplyExact(a, b);
        case "/" -> (Object) quotient(a, b);
        case "//" -> (Object) (b == -1 ? Math.negateExact(a) : Math.floorDiv(a, b));
        case "%" -> (Object) Math.floorMod(a, b);
        default -> power(a, b);
      };
    } catch (ArithmeticException e) {
      throw new TemplateException(
          "OverflowError: the result of '" + operator + "' exceeds 64 bits");
    }
  }

  private static double quotient(long a, long b) {
    boolean exact = Math.abs(a) <= 1L << 53 && Math.abs(b) <= 1L << 53;
    return exact
        ? (double) a / b
        : new BigDecimal(a).divide(new BigDecimal(b), new MathContext(60)).doubleValue();
  }

  private static Object power(long base, long exponent) {
    if (exponent < 0) {
      return reals("**", base, exponent);
    }
    if (base == 0 || base == 1 || base == -1) {
      return exponent == 0 ? 1L : base == -1 && exponent % 2 == 0 ? 1L : base;
    }
    long result = 1;
    for (long i = 0; i < exponent; i++) {
      result = Math.multiplyExact(result, base);
    }
    return result;
  }

  private static Object reals(String operator, double a, double b) {
    switch (operator) {
      case "+":
        return a + b;
      case "-":
        return a - b;
      case "*":
        return a * b;
      case "/":
        return a / b;
      case "//":
        return floor(a, b);
      case "%":
        double rest = a % b;
        return rest == 0 ? Math.copySign(0, b) : (rest < 0) != (b < 0) ? rest + b : rest;
      default:
        return power(a, b);
    }
  }

  /** The whole quotient as Python finds it: from the remainder, which is exact. */
  private static double floor(double a, double b) {
    double rest = a % b;
    double quotient = (a - rest) / b;
    quotient -= rest != 0 && (rest < 0) != (b < 0) ? 1 : 0;
    if (quotient == 0) {
      return Math.copySign(0, a / b);
    }
    double whole = Math.floor(quotient);
    return quotient - whole > 0.5 ? whole + 1 : whole;
  }

  private static double power(double a, double b) {
    if (a == 0 && b < 0) {
      throw new TemplateException("ZeroDivisionError: 0.0 cannot be raised to a negative power");
    }
    double power = Math.pow(a, b);
    boolean finite = Double.isFinite(a) && Double.isFinite(b);
    if (finite && Double.isNaN(power)) {
      throw new TemplateException("a power that is a complex number is not supported");
    }
    if (finite && Double.isInfinite(power)) {
      throw new TemplateException("OverflowError: the result of '**' is too large");
    }
    return power;
  }

  static Object sign(boolean negative, Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.fail();
    }
    if (!Py.isNumber(value)) {
      throw Py.typeError(
          "bad operand type for unary " + (negative ? "-" : "+") + ": '" + Py.type(value) + "'");
    }
    if (value instanceof Double d) {
      return negative ? -d : d;
    }
    return negative ? integers("-", 0, Py.integer(value)) : (Object) Py.integer(value);
  }
}

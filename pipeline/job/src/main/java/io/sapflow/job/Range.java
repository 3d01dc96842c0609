package io.sapflow.job;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The values that a numeric option of {@link SapflowOptions} may have; without bounds, any. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface Range {

  /** The least value. */
  double least() default Double.NEGATIVE_INFINITY;

  /** The greatest value. */
  double most() default Double.POSITIVE_INFINITY;

  /** Every value is greater than this. */
  double above() default Double.NEGATIVE_INFINITY;

  /** Every value is less than this. */
  double below() default Double.POSITIVE_INFINITY;
}

package io.sapflow.train;

import io.sapflow.schema.AdapterBook;
import java.util.Collection;
import java.util.Comparator;
import org.apache.avro.Schema;

/** Says what makes a book large. */
final class BookSizes {

  private BookSizes() {}

  /** The list with the most entries, by its field. */
  static String largest(AdapterBook book) {
    return book.getSchema().getFields().stream()
        .filter(field -> book.get(field.pos()) instanceof Collection)
        .max(Comparator.comparingInt(field -> size(book, field)))
        .map(field -> "most in " + field.name() + " (" + size(book, field) + ")")
        .orElseThrow();
  }

  private static int size(AdapterBook book, Schema.Field field) {
    return ((Collection<?>) book.get(field.pos())).size();
  }
}

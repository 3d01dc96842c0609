package io.sapflow.local.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The rows of a CSV file as JSON objects: its first row names the fields, and cells with nothing in
 * them are no fields. Commas separate, double quotes enclose; a cell may span lines.
 */
final class CsvRows implements Rows {

  private static final CsvMapper CSV =
      CsvMapper.builder()
          .enable(CsvParser.Feature.WRAP_AS_ARRAY)
          .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
          .build();

  private static final String NOT_UTF8 = "found bytes that are not UTF-8, expected CSV in UTF-8";

  private final RowBound bound;
  private final Reader text;
  private MappingIterator<String[]> rows;
  private String[] names;
  private long line = 1;
  private boolean ended;

  /** The rows of a file in UTF-8. */
  CsvRows(InputStream in) {
    bound = new RowBound(in);
    text = new InputStreamReader(bound, StandardCharsets.UTF_8.newDecoder());
  }

  @Override
  public Row next() throws IOException {
    if (ended) {
      return null;
    }
    try {
      if (names == null) {
        rows = CSV.readerFor(String[].class).readValues(text);
        String[] first = cells();
        if (first == null) {
          return null;
        }
        first[0] = first[0].startsWith("\uFEFF") ? first[0].substring(1) : first[0];
        names = first;
      }
      String[] cells = cells();
      return cells == null ? null : row(cells);
    } catch (CharacterCodingException e) {
      return last(NOT_UTF8);
    } catch (JsonProcessingException e) {
      // Jackson wraps what it meets inside a row, and its own words quote the text.
      if (e.getCause() instanceof DamagedException damaged) {
        throw damaged;
      }
      return last(
          e.getCause() instanceof CharacterCodingException
              ? NOT_UTF8
              : "found a row that does not end or is too long, expected CSV");
    }
  }

  private String[] cells() throws IOException {
    bound.begin();
    if (!rows.hasNextValue()) {
      ended = true;
      return null;
    }
    line = rows.getParser().currentLocation().getLineNr();
    return rows.nextValue();
  }

  private Row row(String[] cells) {
    if (cells.length != names.length) {
      return new Row(
          line,
          line,
          new byte[0],
          0,
          "found " + cells.length + " cell(s), expected " + names.length + " as in the first row",
          bound.endsWithinLine());
    }
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < cells.length; i++) {
      if (!cells[i].isEmpty() && !names[i].isBlank()) {
        object.put(names[i].strip(), cells[i]);
      }
    }
    byte[] bytes = object.toString().getBytes(StandardCharsets.UTF_8);
    return new Row(line, line, bytes, bytes.length, null, false);
  }

  @Override
  public Row cut(String fault) {
    return last(fault);
  }

  private Row last(String fault) {
    ended = true;
    return new Row(line, line, new byte[0], 0, fault, true);
  }

  /** Ends a row that would take more memory than any row may. */
  private static final class RowBound extends FilterInputStream {

    private long read;
    private byte last;
    private boolean atEnd;

    RowBound(InputStream in) {
      super(in);
    }

    void begin() {
      read = 0;
    }

    /** Whether all is read, and no line break was the last of it. */
    boolean endsWithinLine() {
      return atEnd && last != '\n' && last != '\r';
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = in.read(into, offset, length);
      if (count > 0) {
        read += count;
        last = into[offset + count - 1];
      }
      atEnd = count < 0;
      if (read > RowSplitter.LONGEST) {
        throw new DamagedException(
            "found more than "
                + RowSplitter.LONGEST
                + " bytes in one row, expected CSV: nothing after it is read");
      }
      return count;
    }
  }

  @Override
  public boolean isArray() {
    return false;
  }

  @Override
  public void close() throws IOException {
    text.close();
  }
}

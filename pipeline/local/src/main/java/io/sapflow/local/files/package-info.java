/**
 * A user's own files: examples, safety pairs and probe prompts as JSONL, as a JSON array or as CSV,
 * in the usual forms, plain or packed by gzip or zstd.
 *
 * <p>In: a file or standard input, of any length. Out: its entries in order, those that cannot be
 * read with their bytes and the line they stand on, so that they end in quarantine. State: none.
 */
package io.sapflow.local.files;

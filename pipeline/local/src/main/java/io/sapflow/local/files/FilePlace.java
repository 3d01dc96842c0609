package io.sapflow.local.files;

/**
 * How far a file has been gone through.
 *
 * @param rows entries so far, good and bad
 * @param sha256 digest of all of them, hex: another file, or a file that was changed before this
 *     place, has another
 */
public record FilePlace(long rows, String sha256) {}

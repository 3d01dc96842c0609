'use strict';

// A record's bytes, as docs/topics.md tells them: C3 01, the schema's fingerprint, the record in Avro.

const avro = require('avsc');
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');

const MARKER = Buffer.from([0xc3, 0x01]);
const HEADER_BYTES = 10;
const PRIMITIVES = new Set(
  ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']);
const EMPTY = 0xc15d213aa4d7a795n;
const TABLE = Array.from({ length: 256 }, (_, i) => {
  let value = BigInt(i);
  for (let bit = 0; bit < 8; bit++) {
    value = (value >> 1n) ^ (value & 1n ? EMPTY : 0n);
  }
  return value;
});

/** The parsing canonical form of a schema. */
function canonical(schema, namespace = '') {
  if (typeof schema === 'string') {
    const full = PRIMITIVES.has(schema) || schema.includes('.') || !namespace;
    return JSON.stringify(full ? schema : `${namespace}.${schema}`);
  }
  if (Array.isArray(schema)) {
    return `[${schema.map((each) => canonical(each, namespace)).join(',')}]`;
  }
  const inner = schema.namespace === undefined ? namespace : schema.namespace;
  const name = canonical(schema.name || '', inner);
  switch (schema.type) {
    case 'record': {
      const fields = schema.fields.map(
        (field) => `{"name":${JSON.stringify(field.name)},"type":${canonical(field.type, inner)}}`);
      return `{"name":${name},"type":"record","fields":[${fields.join(',')}]}`;
    }
    case 'enum':
      return `{"name":${name},"type":"enum","symbols":${JSON.stringify(schema.symbols)}}`;
    case 'fixed':
      return `{"name":${name},"type":"fixed","size":${schema.size}}`;
    case 'array':
      return `{"type":"array","items":${canonical(schema.items, namespace)}}`;
    case 'map':
      return `{"type":"map","values":${canonical(schema.values, namespace)}}`;
    default:
      return canonical(schema.type, namespace);
  }
}

/** CRC-64-AVRO of a schema's canonical form: 8 bytes, little-endian. */
function fingerprint(schema) {
  let value = EMPTY;
  for (const byte of Buffer.from(canonical(schema), 'utf8')) {
    value = (value >> 8n) ^ TABLE[Number((value ^ BigInt(byte)) & 0xffn)];
  }
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

/** A type of records, by its file in docs/schemas, with the bytes that its records begin with. */
function recordType(name, directory = process.env.SAPFLOW_SCHEMAS
    || path.join(__dirname, '..', '..', 'docs', 'schemas')) {
  const schema = JSON.parse(fs.readFileSync(path.join(directory, `${name}.avsc`), 'utf8'));
  return {
    type: avro.Type.forSchema(schema),
    header: Buffer.concat([MARKER, fingerprint(schema)]),
  };
}

function encode(recordType, record) {
  return Buffer.concat([recordType.header, recordType.type.toBuffer(record)]);
}

/** The record in the bytes; another release's would need that one's schema to be read with. */
function decode(recordType, bytes) {
  if (bytes === null || !bytes.subarray(0, HEADER_BYTES).equals(recordType.header)) {
    throw new Error(`found a record that begins with ${
      bytes === null ? 'nothing' : bytes.subarray(0, HEADER_BYTES).toString('hex')}, expected ${
      recordType.header.toString('hex')}: docs/topics.md lists the schemas`);
  }
  return recordType.type.fromBuffer(bytes.subarray(HEADER_BYTES));
}

/** What the header sapflow-signature holds: the HMAC-SHA256 of the value, in hex. */
function signature(key, value) {
  return crypto.createHmac('sha256', key).update(value).digest('hex');
}

module.exports = { canonical, fingerprint, recordType, encode, decode, signature };

"""A record's first bytes and its signature, as docs/topics.md tells them; nothing but Python itself."""

import hashlib
import hmac
import json
import os
import struct

MARKER = b"\xc3\x01"
HEADER_BYTES = 10
PRIMITIVES = {"null", "boolean", "int", "long", "float", "double", "bytes", "string"}
EMPTY = 0xC15D213AA4D7A795


def _entry(value):
    for _ in range(8):
        value = (value >> 1) ^ (EMPTY if value & 1 else 0)
    return value


TABLE = [_entry(i) for i in range(256)]


def _text(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def canonical(schema, namespace=""):
    """The parsing canonical form of a schema."""
    if isinstance(schema, str):
        full = schema in PRIMITIVES or "." in schema or not namespace
        return _text(schema if full else namespace + "." + schema)
    if isinstance(schema, list):
        return "[" + ",".join(canonical(each, namespace) for each in schema) + "]"
    kind = schema["type"]
    inner = schema.get("namespace", namespace)
    name = canonical(schema.get("name", ""), inner)
    if kind == "record":
        fields = ",".join(
            '{"name":%s,"type":%s}' % (_text(field["name"]), canonical(field["type"], inner))
            for field in schema["fields"]
        )
        return '{"name":%s,"type":"record","fields":[%s]}' % (name, fields)
    if kind == "enum":
        return '{"name":%s,"type":"enum","symbols":%s}' % (name, _text(schema["symbols"]))
    if kind == "fixed":
        return '{"name":%s,"type":"fixed","size":%d}' % (name, schema["size"])
    if kind == "array":
        return '{"type":"array","items":%s}' % canonical(schema["items"], namespace)
    if kind == "map":
        return '{"type":"map","values":%s}' % canonical(schema["values"], namespace)
    return canonical(kind, namespace)


def fingerprint(schema):
    """CRC-64-AVRO of a schema's canonical form: 8 bytes, little-endian."""
    value = EMPTY
    for byte in canonical(schema).encode("utf-8"):
        value = (value >> 8) ^ TABLE[(value ^ byte) & 0xFF]
    return struct.pack("<Q", value)


def header(schema):
    """What every record of a schema begins with."""
    return MARKER + fingerprint(schema)


def signature(key, value):
    """What the header sapflow-signature holds: the HMAC-SHA256 of the value, in hex."""
    return hmac.new(key.encode("utf-8"), value, hashlib.sha256).hexdigest()


def schema(name):
    """A schema by its file in docs/schemas, or where SAPFLOW_SCHEMAS says."""
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "schemas")
    directory = os.environ.get("SAPFLOW_SCHEMAS", beside)
    with open(os.path.join(directory, name + ".avsc"), encoding="utf-8") as file:
        return json.load(file)

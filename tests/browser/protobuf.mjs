// protobuf.mjs - as much of Protocol Buffers' wire format as push_google.mjs speaks: varints, fixed64 and bytes.

export function varint(value) {
  const bytes = [];
  let left = BigInt(value);
  do {
    const low = Number(left & 0x7fn);
    left >>= 7n;
    bytes.push(left > 0n ? low | 0x80 : low);
  } while (left > 0n);
  return Buffer.from(bytes);
}

export const field = {
  varint: (number, value) => Buffer.concat([varint(number << 3), varint(value)]),
  fixed64(number, value) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value));
    return Buffer.concat([varint((number << 3) | 1), bytes]);
  },
  bytes(number, value) {
    const bytes = Buffer.from(value);
    return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
  },
};

// Reads a varint at offset: [value as a number, next offset], or null when it is not all there yet.
export function readVarint(bytes, offset) {
  let value = 0n;
  for (let i = 0; offset + i < bytes.length; i++) {
    value |= BigInt(bytes[offset + i] & 0x7f) << BigInt(7 * i);
    if (bytes[offset + i] < 0x80)
      return [Number(value), offset + i + 1];
  }
  return null;
}

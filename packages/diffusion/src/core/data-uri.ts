/** @file Bytes as a URI, for pages and metadata that hold their pictures themselves. */

/** A `data:` URI in base64. @param type such as `image/png` */
export function dataUri(type: string, bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return `data:${type};base64,${btoa(binary)}`;
}

/**
 * @file Mends faults in a JPEG's headers that change no pixel: cameras and programs write them, and libjpeg warns of
 * them and goes on. Decoders tell only the first warning, so where each of these counted as damage, good pictures
 * would be refused; where none did, a header's fault would hide damaged data behind it.
 *
 * Marker codes are those of ITU-T T.81, table B.1; what is assumed of a fault is what libjpeg assumes.
 */

const marker = { end: 0xd9, scan: 0xda, jfif: 0xe0, adobe: 0xee } as const;
/** Frames whose scans hold all coefficients at once: baseline, extended, and arithmetic coding. */
const sequentialFrames: readonly number[] = [0xc0, 0xc1, 0xc9];
/** SOF0 to SOF15; the three left out are tables and an extension. */
const isFrame = (code: number): boolean =>
  code >= 0xc0 && code <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(code);
const isRestart = (code: number): boolean => code >= 0xd0 && code <= 0xd7;

/** A marker: where its last 0xff stands, and its code. */
interface Found {
  readonly at: number;
  readonly code: number;
}

/**
 * A copy of a JPEG without faults in its headers. Mended are: another version
 * of JFIF than 1; a colour transform that Adobe has not defined; spectral selection and approximation in scans of a
 * frame that has neither; bytes before a marker, outside of coded data. All else is left as it is.
 */
export function mendJpegHeaders(bytes: Uint8Array): Uint8Array {
  const mended = bytes.slice();
  const stray: (readonly [start: number, end: number])[] = [];
  let [isSequential, components] = [false, 0];
  let adobeTransform: number | undefined;
  // Behind the marker that every JPEG begins with.
  for (let at = 2; ; ) {
    const found = findMarker(bytes, at);
    if (found === undefined || found.code === marker.end) break;
    const { code } = found;
    const start = firstOfRun(bytes, found.at, at);
    if (start > at) stray.push([at, start]);
    const body = found.at + 4;
    const end = found.at + 2 + wordAt(bytes, found.at + 2);
    if (end < body || end > bytes.length) break;
    at = end;
    if (isFrame(code)) {
      isSequential = sequentialFrames.includes(code);
      components = bytes[body + 5] ?? 0;
    } else if (code === marker.jfif && startsWith(bytes, body, "JFIF\0")) {
      mended[body + 5] = 1;
    } else if (code === marker.adobe && startsWith(bytes, body, "Adobe")) {
      adobeTransform = body + 11;
    } else if (code === marker.scan) {
      if (adobeTransform !== undefined) mendTransform(mended, adobeTransform, components);
      const inScan = bytes[body] ?? 0;
      if (isSequential) mended.set([0, 63, 0], Math.min(body + 1 + 2 * inScan, end - 3));
      if (isSequential && inScan === components) break;
      at = endOfData(bytes, end);
    }
  }
  return stray.length === 0 ? mended : without(mended, stray);
}

/** 0 is none, 1 YCbCr, 2 YCCK; libjpeg takes one of the last two where the number is another. */
function mendTransform(bytes: Uint8Array, at: number, components: number): void {
  const usual = { 3: 1, 4: 2 }[components];
  if (usual !== undefined && bytes[at] !== 0) bytes[at] = usual;
}

/** The next marker: 0xff, once or more, before neither zero nor the end. */
function findMarker(bytes: Uint8Array, from: number): Found | undefined {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1];
    if (code === undefined) return undefined;
    if (code !== 0 && code !== 0xff) return { at, code };
  }
  return undefined;
}

/** Any number of 0xff may stand before a marker. */
function firstOfRun(bytes: Uint8Array, at: number, from: number): number {
  let start = at;
  while (start > from && bytes[start - 1] === 0xff) start -= 1;
  return start;
}

/** Coded data ends at the first marker that is no restart. */
function endOfData(bytes: Uint8Array, from: number): number {
  for (let at = from; ; ) {
    const found = findMarker(bytes, at);
    if (found === undefined) return bytes.length;
    if (!isRestart(found.code)) return found.at;
    at = found.at + 2;
  }
}

function without(
  bytes: Uint8Array,
  ranges: readonly (readonly [start: number, end: number])[],
): Uint8Array {
  const kept: number[] = [0, ...ranges.flat(), bytes.length];
  const size = bytes.length - ranges.reduce((sum, [start, end]) => sum + end - start, 0);
  const result = new Uint8Array(size);
  let written = 0;
  for (let i = 0; i + 1 < kept.length; i += 2) {
    const part = bytes.subarray(kept[i], kept[i + 1]);
    result.set(part, written);
    written += part.length;
  }
  return result;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  return String.fromCharCode(...bytes.subarray(at, at + text.length)) === text;
}

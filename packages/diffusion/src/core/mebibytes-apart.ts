/** @file Two sizes of which one is too large, written so that one sees it. */

/** Both in MiB, rounded up, with as many decimals as tell them apart. */
export function mebibytesApart(a: number, b: number): readonly [string, string] {
  for (let digits = 0; ; digits++) {
    const scale = 10 ** digits;
    const [first, second] = [a, b].map((bytes) =>
      (Math.ceil((bytes / 2 ** 20) * scale) / scale).toFixed(digits),
    );
    // Seven decimals of a MiB are less than a byte.
    if (first !== second || digits === 7) return [first ?? "", second ?? ""];
  }
}

/**
 * @file Pictures with faults in their headers or their data, as Pillow reads them: good ones are used to the pixel,
 * damaged ones refused (test/parity/make-damaged-pictures.py).
 */

import { readFileSync } from "node:fs";
import { messageOf } from "@atelier/engine";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { sharpPictures } from "../adapters/sharp-pictures.js";
import { loadPicture } from "./load-picture.js";
import { mendJpegHeaders } from "./mend-jpeg.js";

const fixture = z
  .object({
    pictures: z.array(
      z.object({
        name: z.string(),
        pillow: z.enum(["same", "other", "nothing"]),
        file: z.base64(),
        whole: z.string(),
      }),
    ),
  })
  .parse(
    JSON.parse(
      readFileSync(
        new URL("../../../../test/fixtures/damaged-pictures.json", import.meta.url),
        "utf8",
      ),
    ),
  ).pictures;

function bytesOf(wanted: string): Uint8Array {
  const found = fixture.find(({ name }) => name === wanted);
  return Uint8Array.from(Buffer.from(found?.file ?? "", "base64"));
}

/** What a training makes of a picture: its pixels, or why it is refused. */
async function read(name: string): Promise<Float32Array | string> {
  const loading = loadPicture({ name, bytes: bytesOf(name) }, sharpPictures, {
    width: 32,
    height: 32,
  });
  return loading.then(
    ({ pixels }) => pixels.data,
    (error: unknown) => messageOf(error),
  );
}

/** Where the project decides otherwise than Pillow, and why. */
const ownDecisions: Readonly<Record<string, "same" | "refused">> = {
  // Faults in texts and sizes beside the picture, which Pillow refuses to open; no pixel is touched.
  "text-crc.png": "same",
  "chunk-of-no-kind.png": "same",
  // The checksum says that the data was damaged; Pillow does not look at it.
  "data-crc.png": "refused",
};
/** Decodes without any warning: no decoder can tell. */
const untold = ["zeros-within.jpg"];

describe("pictures with faults", () => {
  const cases = fixture.filter(({ name }) => !untold.includes(name));
  it.each(cases)(
    "are used or refused as they should be: $name",
    async ({ name, pillow, whole }) => {
      // Pillow fills gaps in data in silence.
      const expected = ownDecisions[name] ?? (pillow === "same" ? "same" : "refused");
      const got = await read(name);
      if (expected === "same") expect(got).toEqual(await read(whole));
      else
        expect(got).toMatch(/^picture .*: expected a whole picture, got one that does not decode/);
    },
  );

  it("are the fixture's", () => {
    const kinds = cases.map(({ name, pillow }) => ownDecisions[name] ?? pillow);
    expect(kinds.filter((kind) => kind === "same").length).toBeGreaterThan(25);
    expect(kinds.filter((kind) => kind !== "same").length).toBeGreaterThan(10);
  });
});

describe("mendJpegHeaders", () => {
  it.each(["whole.jpg", "progressive.jpg", "restarts.jpg", "bytes-behind-end.jpg", "cut.jpg"])(
    "changes nothing where there is nothing to mend: %s",
    (name) => {
      expect(mendJpegHeaders(bytesOf(name))).toEqual(bytesOf(name));
    },
  );

  it.each(["several-faults.jpg", "bytes-before-table.jpg", "scan-start-1.jpg", "jfif-2.jpg"])(
    "gives the bytes of the whole picture: %s",
    (name) => {
      expect(mendJpegHeaders(bytesOf(name))).toEqual(bytesOf("whole.jpg"));
    },
  );

  it("ends with any bytes", () => {
    const whole = bytesOf("progressive-jfif-2.jpg");
    for (let length = 0; length < whole.length; length++) {
      const cut = whole.subarray(0, length);
      expect(mendJpegHeaders(cut).length).toBeLessThanOrEqual(length);
    }
    for (let seed = 1; seed < 2000; seed++) {
      const damaged = Uint8Array.from(whole, (byte, i) =>
        (i * 2654435761 + seed * 40503) % 97 === 0 ? (seed * 31 + i) & 255 : byte,
      );
      expect(mendJpegHeaders(damaged).length).toBeLessThanOrEqual(whole.length);
    }
  });
});

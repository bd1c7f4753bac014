/** @file Data URIs against Node's own base64. */

import { expect, it } from "vitest";
import { dataUri } from "./data-uri.js";

it("holds every byte", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const expected = `data:image/png;base64,${Buffer.from(bytes).toString("base64")}`;
  expect(dataUri("image/png", bytes)).toBe(expected);
});

/** @file Quantiles against SciPy's. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { fixture } from "../testing/fixtures.js";
import { betaQuantile } from "./beta-quantile.js";

const reference = z
  .array(z.tuple([z.number(), z.number()]))
  .parse(JSON.parse(readFileSync(fixture("samplers", "beta.json"), "utf8")));

describe("betaQuantile", () => {
  it.each(reference)("of %d is SciPy's", (p, expected) => {
    const found = betaQuantile(p);
    expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-12 * Math.max(expected, 1e-9));
  });
});

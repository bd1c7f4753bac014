/** @file What the start of a watched run says of its base. */

import { describe, expect, it } from "vitest";
import { requireErrors, unexplained } from "./probes.js";

describe("the errors of a base at the start", () => {
  it("are a share of those of predicting nothing", () => {
    const errors = { generic: [0.1, 0.3], train: [9, 9] };
    expect(unexplained({ errors, powers: { generic: [1, 1], train: [1, 1] } })).toBeCloseTo(0.2);
  });

  it("may lack some rows", () => {
    expect(() => {
      requireErrors({ errors: { train: [0.5, Number.NaN, 0.5], generic: [1, 1] } });
    }).not.toThrow();
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 0])(
    "are refused where hardly any is a number: %s",
    (bad) => {
      expect(() => {
        requireErrors({ errors: { train: [0.5, 0.5], generic: [0.5, bad, bad] } });
      }).toThrow(
        "watch: expected errors of the base that are finite numbers, got 2 of 3 that are none (generic). The weights of the base model are damaged or overflow; check them with `atelier inspect`.",
      );
    },
  );
});

/** @file The model card says what was measured, and what Hugging Face reads of it is whole. */

import { describe, expect, it } from "vitest";
import { tinyQuality } from "../../testing/tiny-quality.js";
import { modelCard } from "./model-card.js";

const card = modelCard(tinyQuality);

describe("modelCard", () => {
  it("begins with the front matter of Hugging Face", () => {
    const [, matter = ""] = card.split(/^---$/m);
    const fields = matter
      .trim()
      .split("\n")
      .filter((line) => !line.startsWith("- "));
    expect(fields.map((line) => line.replace(/:.*/, ""))).toEqual([
      ...["license", "language", "library_name", "pipeline_tag", "tags"],
    ]);
    expect(card.startsWith("---\nlicense: apache-2.0\n")).toBe(true);
  });

  it("tells steps, time and commands of the models that were trained", () => {
    expect(card).toMatch(/\| vae \| reconstruction .* \| 7500 \| 59 min \|/);
    expect(card).toMatch(/\| unet \| denoising .* \| 60000 \| 10 h 10 min \|/);
    expect(card).toContain("npm run pretrain -- unet --steps 60000\nnpm run pretrain -- export");
    expect(card).not.toContain("pretrain -- clip");
  });

  it("draws with a command that there is", () => {
    expect(card).toMatch(/^npx atelier generate --prompt ".+" --out \w+\.png$/m);
  });

  it("holds the quality table and names what is weak", () => {
    expect(card).toContain(
      "| one picture, 20 steps, 2 threads | 0.50 s |  | ≤ 0.6 s | ≤ 0.4 s | must |",
    );
    expect(card).toContain("on 100 pictures: 25 captions");
    expect(card).toContain("fewer than 75 % of their pictures: dog (25 %).");
    const { cat } = { cat: tinyQuality.concepts["cat"] };
    const concepts = cat === undefined ? {} : { cat };
    expect(modelCard({ ...tinyQuality, concepts })).toContain("each was right in 75 %");
  });

  it("says what scores of likeness mean", () => {
    expect(card).toContain("| a pizza | 0.10 | 0.00 |\n| the very same | 1.00 | 1.00 |");
  });

  it("names every icon set with its licence", () => {
    for (const licence of ["Apache-2.0", "CC-BY-4.0", "MIT", "CC-BY-SA-4.0"]) {
      expect(card).toMatch(new RegExp(`\\| \`@iconify-json/[a-z-]+\` \\| .* \\| ${licence} \\|`));
    }
  });
});

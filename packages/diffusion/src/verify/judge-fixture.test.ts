/** @file Judges held against transformers: our own small ones, the reference in place, and broken ones. */

import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { tensorSource, writeSafetensors } from "../files/safetensors/write-safetensors.js";
import { fixture, sharedFile } from "../testing/fixtures.js";
import type { FixtureCheck } from "./fixture-check.js";
import { verifyJudgeFixture } from "./judge-fixture.js";
import { verifyFolder } from "./verify-folder.js";

const runtime = createOrtRuntime({ threads: 2 });

async function verify(path: string): Promise<FixtureCheck[]> {
  const checks: FixtureCheck[] = [];
  for await (const check of verifyJudgeFixture(path, { files: nodeFiles, runtime, label: "own" })) {
    checks.push(check);
  }
  return checks;
}

const linesOf = (checks: readonly FixtureCheck[]) =>
  checks.map(({ status, name }) => `${status} ${name}`);
const failures = (checks: readonly FixtureCheck[]) =>
  linesOf(checks.filter(({ status }) => status !== "ok"));

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-judges-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const pictureNames = ["small", "tall", "wide"].flatMap((name) =>
  ["resized", "cropped", "pixel_values"].map((part) => `${name}.${part}`),
);
const dinov2Names = ["native", "oblong", "photos"].flatMap((name) =>
  ["embeddings", "last_hidden_state", "pooler_output"].map((part) => `${name}.${part}`),
);

describe("a judge is found as transformers has it, each of its tensors", () => {
  it("a CLIP", async () => {
    const halves = [
      ...["vision.last_hidden_state", "vision.pooler_output", "vision.projected"],
      ...["text.pooler_output", "text.projected", "image_embeds", "text_embeds"],
    ];
    expect(linesOf(await verify(fixture("verify", "judges", "clip")))).toEqual(
      [...pictureNames, "tokens", ...halves, "cosine", "logits_per_image"].map(
        (name) => `ok own ${name}`,
      ),
    );
  });

  it.each(["dinov2", "dinov2-gated"])("a DINOv2: %s", async (name) => {
    expect(linesOf(await verify(fixture("verify", "judges", name)))).toEqual(
      [...pictureNames, ...dinov2Names, "photos.cosine"].map((part) => `ok own ${part}`),
    );
  });

  it("the reference, by verifyFolder", { tags: ["shared"] }, async () => {
    const place = join(folder, "reference");
    await cp(sharedFile("fixtures", "judges"), join(place, "judges"), { recursive: true });
    const checks: FixtureCheck[] = [];
    for await (const check of verifyFolder(place, { files: nodeFiles, runtime })) {
      checks.push(check);
    }
    expect(failures(checks)).toEqual([]);
    expect(checks.length).toBe(32);
  });
});

describe("a judge is found otherwise", () => {
  const copyOf = async (name: string): Promise<string> => {
    const place = await mkdtemp(join(folder, `${name}-`));
    await cp(fixture("verify", "judges", name), place, { recursive: true });
    return place;
  };
  const edit = async (path: string, from: string, to: string) => {
    const text = await readFile(path, "utf8");
    expect(text).toContain(from);
    await writeFile(path, text.replace(from, to));
  };
  /** Changes one number of one tensor. */
  const alter = async (path: string, tensorName: string) => {
    const file = await openSafetensors(nodeFiles, path);
    const tensors = [];
    for (const name of file.entries.keys()) {
      const tensor = await file.read(name);
      if (name === tensorName && tensor.dtype === "float32") tensor.data[5] = 0.5;
      tensors.push(tensorSource(name, tensor));
    }
    await file.close();
    await writeSafetensors(nodeFiles, path, tensors);
  };

  it("where a weight is another", async () => {
    const place = await copyOf("dinov2");
    await alter(
      join(place, "model", "model.safetensors"),
      "encoder.layer.0.attention.output.dense.weight",
    );
    const failed = failures(await verify(place));
    expect(failed).toEqual(
      ["native", "oblong", "photos"]
        .flatMap((name) => ["last_hidden_state", "pooler_output"].map((part) => `${name}.${part}`))
        .concat("photos.cosine")
        .map((name) => `FAIL own ${name}`),
    );
  });

  it("where pictures are prepared otherwise", async () => {
    const place = await copyOf("clip");
    await edit(join(place, "model", "preprocessor_config.json"), '"resample": 3', '"resample": 2');
    expect(failures(await verify(place))).toEqual(pictureNames.map((name) => `FAIL own ${name}`));
  });

  it("where its activation is another", async () => {
    const place = await copyOf("clip");
    await edit(join(place, "model", "config.json"), '"quick_gelu"', '"gelu"');
    const failed = failures(await verify(place));
    expect(failed).toContain("FAIL own image_embeds");
    expect(failed).not.toContain("FAIL own text_embeds");
  });

  it("where a part of it is missing or broken, which is one failed check", async () => {
    for (const [name, file] of [
      ["clip", "model/vocab.json"],
      ["dinov2", "model/preprocessor_config.json"],
      ["dinov2", "model/model.safetensors"],
      ["dinov2", "tensors.safetensors"],
      ["clip", "expected.json"],
    ] as const) {
      const place = await copyOf(name);
      await rm(join(place, file));
      expect(linesOf(await verify(place))).toEqual(["FAIL own"]);
    }
    const place = await copyOf("clip");
    await writeFile(join(place, "expected.json"), '{"texts": [1]}');
    const [check] = await verify(place);
    expect(check?.detail).toContain("expected tolerances and texts of a judge fixture");
  });

  it("where the fixture holds what no check reads, which is told", async () => {
    const place = await copyOf("dinov2");
    const path = join(place, "tensors.safetensors");
    const file = await openSafetensors(nodeFiles, path);
    const stored = [...file.entries.keys()].map(async (name) =>
      tensorSource(name === "native.embeddings" ? "native.other" : name, await file.read(name)),
    );
    const tensors = await Promise.all(stored);
    await file.close();
    await writeSafetensors(nodeFiles, path, tensors);
    const [told] = (await verify(place)).filter(({ status }) => status !== "ok");
    expect(told).toEqual({
      status: "skip",
      name: "own tensors",
      detail: "no check reads native.other",
    });
  });

  it("where Atelier has no such judge, which is skipped", async () => {
    const place = await copyOf("dinov2");
    await edit(join(place, "model", "config.json"), '"dinov2"', '"siglip"');
    expect(await verify(place)).toEqual([
      { status: "skip", name: "own", detail: "siglip is no judge of Atelier yet" },
    ]);
  });
});

import type { Item } from "@atelier/server/api";
import { describe, expect, it } from "vitest";
import { createItemUploads } from "./item-uploads.js";
import type { UploadOptions } from "./upload-item.js";

const item = (name: string): Item => ({
  name,
  kind: "adapter",
  bytes: 3,
  changed: "2026-01-01T00:00:00.000Z",
  form: "kohya",
  triggers: [],
  hasPicture: false,
  problems: [],
});

/** A server whose answers are given by hand. */
function server() {
  const calls: {
    readonly name: string;
    readonly options: UploadOptions;
    readonly accept: () => Promise<void>;
    readonly refuse: (error: Error) => Promise<void>;
  }[] = [];
  const settled = () => new Promise<void>((resolve) => setTimeout(resolve));
  const post = (file: File, options: UploadOptions) =>
    new Promise<Item>((resolve, reject) => {
      options.signal.addEventListener("abort", () => reject(new Error("stopped")));
      calls.push({
        name: file.name,
        options,
        accept() {
          resolve(item(file.name));
          return settled();
        },
        refuse(error) {
          reject(error);
          return settled();
        },
      });
    });
  return { calls, post, settled };
}

const file = (name: string): File => new File(["abc"], name);

describe("createItemUploads", () => {
  it("sends one after another and tells what arrived", async () => {
    const { calls, post } = server();
    const arrived: string[] = [];
    const uploads = createItemUploads({ post, onAdded: ({ name }) => arrived.push(name) });
    uploads.send([file("a.safetensors"), file("b.safetensors")]);
    expect(calls.map(({ name }) => name)).toEqual(["a.safetensors"]);
    calls[0]?.options.onSent(2);
    expect(uploads.all().map(({ state, sent }) => [state, sent])).toEqual([
      ["sending", 2],
      ["waiting", 0],
    ]);
    await calls[0]?.accept();
    expect(arrived).toEqual(["a.safetensors"]);
    await calls[1]?.accept();
    expect(uploads.all()).toEqual([]);
    expect(arrived).toEqual(["a.safetensors", "b.safetensors"]);
  });

  it("keeps what was refused, goes on with the next, and sends it again when asked", async () => {
    const { calls, post } = server();
    const uploads = createItemUploads({ post, onAdded: () => {} });
    uploads.send([file("a.safetensors"), file("b.safetensors")]);
    await calls[0]?.refuse(new TypeError("away"));
    expect(uploads.all()[0]).toMatchObject({ name: "a.safetensors", state: "failed" });
    await calls[1]?.accept();
    uploads.retry(uploads.all()[0]?.id ?? -1);
    expect(calls[2]?.name).toBe("a.safetensors");
    await calls[2]?.accept();
    expect(uploads.all()).toEqual([]);
  });

  it("stops one without a trace", async () => {
    const { calls, post, settled } = server();
    const uploads = createItemUploads({ post, onAdded: () => {} });
    uploads.send([file("a.safetensors"), file("b.safetensors")]);
    uploads.stop(uploads.all()[0]?.id ?? -1);
    await settled();
    expect(calls[0]?.options.signal.aborted).toBe(true);
    expect(uploads.all().map(({ name, state }) => [name, state])).toEqual([
      ["b.safetensors", "sending"],
    ]);
  });
});

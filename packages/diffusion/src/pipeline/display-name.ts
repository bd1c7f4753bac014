/** @file What people call a model or adapter: its file or folder without the path. */

/** `models/some-style.safetensors` is called `some-style`. */
export function displayName(path: string): string {
  return (path.split(/[\\/]/).filter(Boolean).at(-1) ?? path).replace(
    /\.(safetensors|ckpt|pt|pth|bin)$/i,
    "",
  );
}

/** @file The hash by which A1111 and Civitai know an adapter, as its own metadata give it. */

/** SHA-256 of nothing, which ai-toolkit has written into its files for a while. */
const hashOfNothing = "e3b0c44298fc";

/** The first 12 digits of the tensors' SHA-256; none where the file does not say, or says that of nothing. */
export function storedHash(metadata: ReadonlyMap<string, string>): string | undefined {
  const hash = metadata.get("sshs_model_hash")?.slice(0, 12).toLowerCase();
  return hash === hashOfNothing || !/^[0-9a-f]{12}$/.test(hash ?? "") ? undefined : hash;
}

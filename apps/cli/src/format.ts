/** @file Numbers as people read them, and arguments as shells do. */

export { quoteArgument } from "@atelier/diffusion/core";

/** `1.5 GB`, in powers of ten as disks are sold. */
export function formatBytes(bytes: number): string {
  return scaled(bytes, ["B", "kB", "MB", "GB", "TB"]);
}

/** `860 M`, for parameters. */
export function formatCount(count: number): string {
  return scaled(count, ["", "k", "M", "G", "T"]);
}

/** `1 h 05 min`, `2 min 10 s`, `8 s`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  const two = (value: number): string => String(value).padStart(2, "0");
  if (hours > 0) return `${hours} h ${two(minutes)} min`;
  return minutes > 0 ? `${minutes} min ${two(whole % 60)} s` : `${whole} s`;
}

/** An error or tolerance: `1.23e-6`. */
export function formatError(value: number): string {
  return value === 0 ? "0" : value.toExponential(2);
}

/** Two sizes of which one is too large, with as many digits as tell them apart: `1.502 GB`, `1.501 GB`. */
export function formatBytesApart(a: number, b: number): readonly [string, string] {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const [first, second] = [formatBytes(a), formatBytes(b)];
  if (first !== second || a === b) return [first, second];
  const unit = units.indexOf(first.split(" ")[1] ?? "");
  for (let digits = 1; ; digits++) {
    const [x, y] = [a, b].map(
      (bytes) => `${(bytes / 1000 ** unit).toFixed(digits)} ${units[unit]}`,
    );
    if (x !== y) return [x ?? "", y ?? ""];
  }
}

function scaled(value: number, units: readonly string[]): string {
  let rest = value;
  let unit = 0;
  while (rest >= 999.5 && unit < units.length - 1) {
    rest /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && rest < 9.95 ? 1 : 0;
  return `${rest.toFixed(digits)} ${units[unit] ?? ""}`.trim();
}

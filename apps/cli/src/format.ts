/** @file Numbers as people read them. */

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

/** An argument as a shell takes it, in quotes where it needs them. */
export function quoteArgument(value: string): string {
  return /^[\w./:@=-]+$/.test(value) ? value : `"${value.replace(/(["\\$`])/g, "\\$1")}"`;
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

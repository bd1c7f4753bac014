/** @file Times in Korean. */

/** `1시간 5분`, `2분 10초`, `8초`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return `${hours}시간 ${minutes}분`;
  return minutes > 0 ? `${minutes}분 ${whole % 60}초` : `${whole}초`;
}

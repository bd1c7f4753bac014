/** @file Losses over steps: each as a faint dot, their moving average as a line. */

import { useText } from "./language.js";

const [width, height, edge] = [640, 160, 4];
/** Steps that an average looks back on. */
const span = 12;

export function LossCurve({
  losses,
  steps,
}: {
  readonly losses: readonly number[];
  readonly steps: number;
}) {
  const { teach: text } = useText();
  const averages = losses.map((_, at) => {
    const part = losses.slice(Math.max(0, at - span + 1), at + 1);
    return part.reduce((sum, loss) => sum + loss, 0) / part.length;
  });
  const top = Math.max(...losses) || 1;
  const x = (at: number): number => edge + (at / Math.max(1, steps - 1)) * (width - 2 * edge);
  const y = (loss: number): number => height - edge - (loss / top) * (height - 2 * edge);
  const line = averages.map((loss, at) => `${x(at).toFixed(1)},${y(loss).toFixed(1)}`).join(" ");
  const shown = (loss: number | undefined): string => (loss ?? 0).toPrecision(3);
  return (
    <figure>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={text.loss}>
        <line x1={edge} x2={width - edge} y1={height - edge} y2={height - edge} className="axis" />
        {losses.map((loss, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place.
          <circle key={at} cx={x(at)} cy={y(loss)} r={1.6} className="dot" />
        ))}
        <polyline points={line} className="line" />
      </svg>
      <figcaption className="note">
        {text.lossAbout(shown(averages[0]), shown(averages.at(-1)))}
      </figcaption>
    </figure>
  );
}

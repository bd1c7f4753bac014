/** @file The picture with the mask over it, and the brush: by mouse, pen, finger or keys. */

import { addressOf, type Picture, routes } from "@atelier/server/api";
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { useText } from "../../messages/language.js";
import { drawAction, type Stroke, strokeEnd } from "./mask-actions.js";
import classes from "./mask-painter.module.css";
import type { MaskLayer } from "./use-mask.js";

/** A brush. */
export interface Brush {
  readonly isErasing: boolean;
  /** Width in pixels of the picture. */
  readonly size: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where masks are painted. */
export function MaskBoard({
  dataset,
  picture,
  mask,
  brush,
  opacity,
}: {
  readonly dataset: string;
  readonly picture: Picture;
  readonly mask: MaskLayer;
  readonly brush: Brush;
  readonly opacity: number;
}) {
  const { pictures: text } = useText();
  const { name, width, height, version } = picture;
  const stroke = useRef<Stroke>(undefined);
  const [at, setAt] = useState<Point>();

  const draw = (part: Stroke) => {
    const context = mask.canvas?.getContext("2d");
    if (context) drawAction(context, part);
  };
  const pointOf = ({ clientX, clientY }: { clientX: number; clientY: number }): Point => {
    const box = mask.canvas?.getBoundingClientRect();
    if (box === undefined) return { x: 0, y: 0 };
    const x = Math.round(((clientX - box.left) * width) / box.width);
    return { x, y: Math.round(((clientY - box.top) * height) / box.height) };
  };
  const begin = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0 || mask.isLoading) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const { x, y } = pointOf(event);
    stroke.current = { kind: "stroke", ...brush, points: [x, y] };
    draw(stroke.current);
  };
  const move = (event: PointerEvent<HTMLElement>) => {
    setAt(pointOf(event));
    const { current } = stroke;
    if (current === undefined) return;
    const events = event.nativeEvent.getCoalescedEvents();
    const points = (events.length > 0 ? events : [event]).map(pointOf);
    stroke.current = { ...current, points: [...current.points, ...points.flatMap(flat)] };
    draw(strokeEnd(stroke.current, points.length));
  };
  const end = () => {
    if (stroke.current !== undefined) mask.act(stroke.current, true);
    stroke.current = undefined;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const from = at ?? { x: Math.round(width / 2), y: Math.round(height / 2) };
    const to = afterKey(event.key, from, { step: Math.max(1, brush.size / 4), width, height });
    const isPainting = event.key === " " || event.shiftKey;
    if (to === undefined || mask.isLoading) return;
    event.preventDefault();
    setAt(to);
    if (isPainting) mask.act({ kind: "stroke", ...brush, points: [...flat(from), ...flat(to)] });
  };
  return (
    <div
      role="application"
      aria-label={text.board(name)}
      aria-describedby="mask-keys"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys paint here
      tabIndex={0}
      className={classes.board}
      style={{
        aspectRatio: `${width} / ${height}`,
        width: `min(100%, calc((100dvh - 180px) * ${width / height}))`,
      }}
      onPointerDown={begin}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={end}
      onPointerLeave={() => {
        if (stroke.current === undefined) setAt(undefined);
      }}
      onKeyDown={onKeyDown}
    >
      <img
        src={addressOf(routes.datasets.file, { dataset, picture: name }, { version })}
        alt=""
        draggable={false}
        className={Math.max(width, height) <= 256 ? "pixels" : ""}
      />
      <canvas ref={mask.setCanvas} width={width} height={height} style={{ opacity }} />
      {at !== undefined && (
        <span
          className={classes.brush}
          style={{
            left: `${(100 * at.x) / width}%`,
            top: `${(100 * at.y) / height}%`,
            width: `${(100 * brush.size) / width}%`,
          }}
        />
      )}
    </div>
  );
}

const flat = ({ x, y }: Point): number[] => [x, y];

function afterKey(
  key: string,
  { x, y }: Point,
  {
    step,
    width,
    height,
  }: { readonly step: number; readonly width: number; readonly height: number },
): Point | undefined {
  switch (key) {
    case " ":
      return { x, y };
    case "ArrowLeft":
      return { x: Math.max(0, Math.round(x - step)), y };
    case "ArrowRight":
      return { x: Math.min(width, Math.round(x + step)), y };
    case "ArrowUp":
      return { x, y: Math.max(0, Math.round(y - step)) };
    case "ArrowDown":
      return { x, y: Math.min(height, Math.round(y + step)) };
    default:
      return undefined;
  }
}

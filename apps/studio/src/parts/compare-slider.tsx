/** @file Two pictures over each other; a line between them is moved by mouse, finger or arrow keys. */

import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import classes from "./compare-slider.module.css";
import { Picture } from "./picture.js";

/** One of the two. */
export interface ComparedPicture {
  readonly src: string;
  readonly name: string;
}

/** Shows the left picture left of the line and the right one right of it. */
export function CompareSlider({
  left,
  right,
  label,
  ratio = 1,
}: {
  readonly left: ComparedPicture;
  readonly right: ComparedPicture;
  /** Of the line that is moved. */
  readonly label: string;
  /** Width by height. */
  readonly ratio?: number;
}) {
  const [share, setShare] = useState(50);
  const frame = useRef<HTMLDivElement>(null);
  const moveTo = (value: number): void => setShare(Math.min(100, Math.max(0, value)));
  const follow = ({ clientX, buttons }: PointerEvent): void => {
    const box = frame.current?.getBoundingClientRect();
    if (box !== undefined && buttons === 1) moveTo((100 * (clientX - box.left)) / box.width);
  };
  const step = (event: KeyboardEvent): void => {
    const by = steps[event.key];
    if (by === undefined) return;
    event.preventDefault();
    // The viewer behind goes to the next picture on the same keys.
    event.stopPropagation();
    moveTo(by === "first" ? 0 : by === "last" ? 100 : share + by);
  };
  return (
    <div
      ref={frame}
      className={classes.frame}
      style={{ aspectRatio: ratio }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        follow(event);
      }}
      onPointerMove={follow}
    >
      <div className={classes.layer}>
        <Picture src={right.src} alt={right.name} fit="contain" />
      </div>
      <div className={classes.layer} style={{ clipPath: `inset(0 ${100 - share}% 0 0)` }}>
        <Picture src={left.src} alt={left.name} fit="contain" />
      </div>
      <span className={classes.name} style={{ left: 8 }} hidden={share < 15}>
        {left.name}
      </span>
      <span className={classes.name} style={{ right: 8 }} hidden={share > 85}>
        {right.name}
      </span>
      <div
        className={classes.line}
        style={{ left: `${share}%` }}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share)}
        onKeyDown={step}
      />
    </div>
  );
}

const steps: Readonly<Record<string, number | "first" | "last">> = {
  ArrowLeft: -2,
  ArrowRight: 2,
  PageDown: -20,
  PageUp: 20,
  Home: "first",
  End: "last",
};

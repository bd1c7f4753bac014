/**
 * @file What a person does to a mask, as values that can be taken back and kept. The layer that they are drawn on is
 * opaque where a picture does not count, so that it darkens what it lies on; as a file a mask is black there.
 */

import { z } from "zod";

const stroke = z.object({
  kind: z.literal("stroke"),
  /** Whether it hides again what it goes over. */
  isErasing: z.boolean(),
  /** Width in pixels of the picture. */
  size: z.number(),
  /** x and y in turn, in pixels of the picture. */
  points: z.array(z.number()),
});

/** A stroke of the brush. */
export type Stroke = z.infer<typeof stroke>;

export const maskAction = z.discriminatedUnion("kind", [
  stroke,
  z.object({ kind: z.literal("clear") }),
  z.object({ kind: z.literal("invert") }),
]);
/** Something done to a mask. */
export type MaskAction = z.infer<typeof maskAction>;

/** What is asked of a canvas here. */
export type MaskContext = Pick<
  CanvasRenderingContext2D,
  | "globalCompositeOperation"
  | "fillStyle"
  | "strokeStyle"
  | "lineWidth"
  | "lineCap"
  | "lineJoin"
  | "fillRect"
  | "beginPath"
  | "moveTo"
  | "lineTo"
  | "stroke"
> & { readonly canvas: { readonly width: number; readonly height: number } };

/** Draws an action on the layer. */
export function drawAction(context: MaskContext, action: MaskAction): void {
  switch (action.kind) {
    case "stroke":
      drawStroke(context, action);
      break;
    case "clear":
      cover(context, "source-over");
      break;
    case "invert":
      // Opaque where the layer is not: 1 − alpha.
      cover(context, "xor");
      break;
    default:
      action satisfies never;
  }
}

/** The part of a stroke that its last points add, for drawing while the brush moves. */
export function strokeEnd({ points, ...rest }: Stroke, added: number): Stroke {
  return { ...rest, points: points.slice(-2 * (added + 1)) };
}

/** A layer's pixels, RGBA, from those of a mask file: opaque black where it is black. */
export function layerFromMask(pixels: Uint8ClampedArray): void {
  for (let at = 0; at < pixels.length; at += 4) {
    const brightness = ((pixels[at] ?? 0) * (pixels[at + 3] ?? 0)) / 255;
    pixels.fill(0, at, at + 3);
    pixels[at + 3] = 255 - brightness;
  }
}

/** Whether a layer's pixels leave anything of the picture. */
export function countsAnything(pixels: Uint8ClampedArray): boolean {
  for (let at = 3; at < pixels.length; at += 4) if ((pixels[at] ?? 0) < 255) return true;
  return false;
}

function drawStroke(context: MaskContext, { isErasing, size, points }: Stroke): void {
  const [x = 0, y = 0] = points;
  context.globalCompositeOperation = isErasing ? "source-over" : "destination-out";
  context.strokeStyle = "#000";
  context.lineWidth = size;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.beginPath();
  context.moveTo(x, y);
  // A point is a line to itself, whose caps make a dot.
  context.lineTo(x, y);
  for (let at = 2; at + 1 < points.length; at += 2) {
    context.lineTo(points[at] ?? 0, points[at + 1] ?? 0);
  }
  context.stroke();
}

function cover(context: MaskContext, operation: "source-over" | "xor"): void {
  context.globalCompositeOperation = operation;
  context.fillStyle = "#000";
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
}

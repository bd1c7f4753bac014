/** @file A picture as large as its place allows; small ones in whole steps, so that all their pixels are of one size. */

import type { Drawn } from "@atelier/server/api";
import { useElementSize } from "@mantine/hooks";
import { Picture } from "../../parts/picture.js";
import classes from "./draw.module.css";
import { drawingAddress } from "./drawing-address.js";

/** Up to this edge pixels are meant to be seen. */
const smallEdge = 256;

/** The picture of a viewer. */
export function WholePicture({ drawn, alt }: { readonly drawn: Drawn; readonly alt: string }) {
  const { ref, width, height } = useElementSize();
  const { width: wide, height: high } = drawn;
  const room = Math.min(width / wide, height / high);
  const isSmall = Math.max(wide, high) <= smallEdge;
  const scale = isSmall && room >= 1 ? Math.floor(room) : isSmall ? room : Math.min(room, 1);
  return (
    <div ref={ref} className={classes.stage}>
      {room > 0 && (
        <div style={{ width: wide * scale, height: high * scale }}>
          <Picture src={drawingAddress(drawn)} alt={alt} fit="contain" />
        </div>
      )}
    </div>
  );
}

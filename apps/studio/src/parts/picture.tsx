/** @file A picture at the size that it is given; small ones are enlarged in whole steps, without smoothing. */

import { useState } from "react";
import classes from "./picture.module.css";

/** Pictures up to this edge are the embedded base's, whose pixels are meant to be seen. */
const smallEdge = 256;

/** A picture that keeps its place while it loads. */
export function Picture({
  src,
  alt,
  fit = "cover",
  className = "",
}: {
  readonly src: string;
  readonly alt: string;
  readonly fit?: "cover" | "contain";
  readonly className?: string;
}) {
  const [isSmall, setSmall] = useState(false);
  return (
    <img
      src={src}
      alt={alt}
      loading="lazy"
      decoding="async"
      draggable={false}
      className={`${classes.picture} ${isSmall ? "pixels" : ""} ${className}`}
      style={{ objectFit: fit }}
      onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
        setSmall(Math.max(naturalWidth, naturalHeight) <= smallEdge)
      }
    />
  );
}

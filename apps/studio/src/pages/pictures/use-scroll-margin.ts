/** @file How far down the page a list begins, which changes with what stands above it. */

import { type RefObject, useLayoutEffect, useState } from "react";

/** Height of what stays at the top of the window: the header and the tools. */
export const stickyTop = 120;

/** Pixels from the top of the document to an element. */
export function useScrollMargin(element: RefObject<HTMLElement | null>): number {
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => {
    const measure = () => {
      const top = element.current?.getBoundingClientRect().top;
      if (top !== undefined) setMargin(Math.round(top + scrollY));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [element]);
  return margin;
}

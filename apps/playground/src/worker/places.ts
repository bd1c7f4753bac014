/** @file Where files lie in the worker's memory. */

export const places = {
  base: "/base",
  pictures: "/pictures",
  run: "/run",
  cache: "/cache",
} as const;

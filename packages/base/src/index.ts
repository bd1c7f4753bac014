/** @file The public names of @atelier/base: the picture world that the embedded model draws. */

export {};

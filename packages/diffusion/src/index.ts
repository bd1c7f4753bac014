/** @file The public names of @atelier/diffusion, in the order data flows. */

export {};

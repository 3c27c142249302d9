import type { es } from "./es";

type Widen<T> = { [K in keyof T]: T[K] extends string ? string : Widen<T[K]> };

/** The shape that every language has to fill. */
export type Texts = Widen<typeof es>;

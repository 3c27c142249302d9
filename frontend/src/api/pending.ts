import type { components } from "./schema.gen";

/** Resources that the API is about to have; each goes as soon as the schema names it. */
type Schemas = components["schemas"];

/** What the line of the list says beyond its words. */
export interface LastMessageAdditions {
  edited_at: string | null;
  /** The newest thing is a reaction to this message. */
  reaction: Pick<Schemas["Reaction"], "side" | "emoji"> | null;
}

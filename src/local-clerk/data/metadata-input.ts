/** Metadata of any shape; `null` counts as `{}`. */
export type MetadataInput = Record<string, unknown> | null;

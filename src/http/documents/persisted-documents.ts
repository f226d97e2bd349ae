/** Documents by their ids, such as `sha256:...`: the content of `persisted-documents.json`, which codegen writes. */
export type PersistedDocuments = Readonly<Record<string, string>>;

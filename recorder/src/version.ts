// Name and version of the recorder, as written to `session.json`.
export const name = "replayscope-recorder";
export const version = "0.1.0";

// What recordings name as their recorder.
export const name = "replayscope-recorder";
export const version = "0.1.0";

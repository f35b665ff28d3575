/** The folder of `--data-dir` cannot be used, or the template cannot go on from it; the message says what to change. */
export class DataDirError extends Error {}

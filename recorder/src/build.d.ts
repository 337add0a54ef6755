/**
 * Set by the build: true in the full recorder. The network part is not notified of page unloads and
 * does not report pending requests, so code behind `isFullRecorder` is dropped from it.
 */
declare const isFullRecorder: boolean;

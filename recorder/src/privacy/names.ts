// Names of what gives access.

const secretPart = "token|secret|passw|credential|cookie|session|signature|jwt|[cx]srf|(?:api|access|private)[-_]?key";

const secretName = new RegExp(`${secretPart}|(^|[-_.])auth(?!or(?!i[sz]))|^(key|sig|sid|pwd|otp)$`, "i");

/** Whether a header, a parameter of an address or a subprotocol of that name gives access. */
export const isSecretName = (name: string): boolean => secretName.test(name);

/**
 * Keys of bodies that are never recorded. A narrower list than that of headers: in a body, `token` or `session` may be
 * what the page is about.
 */
export const secretKeys =
  "[\\w-]{0,99}(?:passw(?:or)?d[\\w-]{0,99}|passphrase|secret)|pwd|(?:access|refresh|id|auth|session|[cx]srf|bearer|api)[-_]?token|" +
  "x-[\\w-]*(?:token|session|auth|signature|key)|(?:api|access|private)[-_]?key|(?:proxy-)?authorization|(?:set-)?cookie|jwt|credentials?";

// Replaces properties of the browser's objects, in place and with their descriptors.

/** Functions that the page has frozen: they are left alone, and what they do is not recorded. */
export const unavailable = new Set<string>();

/** `name` is the object's own property. The network part has no place to report what is frozen. */
export function replace(owner: object, name: PropertyKey, value: unknown): void {
  if (!isFullRecorder) return void ((owner as Record<PropertyKey, unknown>)[name] = value);
  const property = Reflect.getOwnPropertyDescriptor(owner, name);
  if (property?.writable && Reflect.defineProperty(owner, name, { ...property, value })) return;
  if (property) unavailable.add(owner === window ? String(name) : `${tagOf(owner)}.${String(name)}`);
}

const tagOf = (owner: object): string => ({}).toString.call(owner).slice(8, -1);

/** Restores a function, unless the page has replaced its replacement since. */
export function restore(owner: object, name: PropertyKey, replacement: unknown, native: unknown): void {
  if ((owner as Record<PropertyKey, unknown>)[name] === replacement) replace(owner, name, native);
}

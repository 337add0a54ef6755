// Looks at values that came out of a recording: they may be anything that JSON can hold.

export type Fields = Record<string, unknown>;

export const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

/** Ids are positive; what a recorder could not name is -1 or 0. */
export const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

export const numberOr = (value: unknown, otherwise: number): number => (isNumber(value) ? value : otherwise);

export const textOr = (value: unknown, otherwise: string): string => (typeof value === "string" ? value : otherwise);

export const arrayOf = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

export const within = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

/** Whether a name can be looked up in the tables of the replayer without hitting what every object has. */
export const isOwnName = (name: string): boolean => !(name in Object.prototype);

// Checks values of a recording, which may be any JSON.

export type Fields = Record<string, unknown>;

export const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

/** Ids are positive; -1 and 0 are unknown nodes. */
export const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

export const numberOr = (value: unknown, otherwise: number): number => (isNumber(value) ? value : otherwise);

export const textOr = (value: unknown, otherwise: string): string => (typeof value === "string" ? value : otherwise);

export const arrayOf = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

export const clamp = (value: number, min: number, max: number): number => Math.min(Math.max(value, min), max);

/** Whether the name is not a property of every object, which the replayer would find in its tables. */
export const isOwnName = (name: string): boolean => !(name in Object.prototype);

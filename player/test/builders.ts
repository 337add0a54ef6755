// Builds small recordings, and cleans them.
import { cleanEvent } from "../src/clean/events.ts";
import { Tree } from "../src/clean/tree.ts";

/** A full snapshot with that in its body. */
export const snapshot = (...childNodes: unknown[]): unknown => ({
  type: 2,
  timestamp: 0,
  data: {
    node: {
      type: 0,
      id: 1,
      childNodes: [
        {
          type: 2,
          id: 2,
          tagName: "html",
          attributes: {},
          childNodes: [{ type: 2, id: 3, tagName: "body", attributes: {}, childNodes }],
        },
      ],
    },
  },
});
export const element = (
  id: number,
  tagName: string,
  attributes: object = {},
  childNodes: unknown[] = [],
): { id: number } & Record<string, unknown> => ({ type: 2, id, tagName, attributes, childNodes });
export const svg = (id: number, tagName: string, attributes: object = {}, childNodes: unknown[] = []): unknown => ({
  ...element(id, tagName, attributes, childNodes),
  isSVG: true,
});
export const mutation = (changes: object): unknown => ({
  type: 3,
  timestamp: 1,
  data: { source: 0, removes: [], adds: [], texts: [], attributes: [], ...changes },
});
export const add = (parentId: number, node: unknown): object => ({ parentId, nextId: null, node });

/** What is kept of the events as JSON, and what was left out. */
export function run(...events: unknown[]): { json: string; omitted: object } {
  const tree = new Tree();
  const json = JSON.stringify(events.map((event) => cleanEvent(event, tree)));
  return { json, omitted: tree.budget.omissions.counts };
}

export const count = (text: string, part: string): number => text.split(part).length - 1;

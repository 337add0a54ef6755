// Recordings of pages for tests, as rrweb writes them: nodes with ids, snapshots, mutations.
export interface RecordedEvent {
  type: number;
  data: unknown;
  timestamp: number;
}

export interface RecordedNode {
  type: number;
  id: number;
  [name: string]: unknown;
}

type Attributes = Record<string, string | number | boolean | null>;

/** Epoch milliseconds at which the recordings of the tests begin. */
export const startedAt = 1_700_000_000_000;

/** Writes a recording event by event; `at` is in milliseconds since its beginning. */
export class RecordedPage {
  readonly events: RecordedEvent[] = [];
  /** Ids of the page's own nodes. */
  readonly ids = { document: 1, doctype: 2, html: 3, head: 4, body: 5 };
  #nextId = 10;

  element(tagName: string, attributes: Attributes = {}, ...childNodes: RecordedNode[]): RecordedNode {
    return { type: 2, id: this.#id(), tagName, attributes, childNodes };
  }

  svg(tagName: string, attributes: Attributes = {}, ...childNodes: RecordedNode[]): RecordedNode {
    return { ...this.element(tagName, attributes, ...childNodes), isSVG: true };
  }

  text(textContent: string): RecordedNode {
    return { type: 3, id: this.#id(), textContent };
  }

  /** A full snapshot, with its viewport before it. */
  snapshot(at: number, body: RecordedNode[], head: RecordedNode[] = [], size = { width: 800, height: 600 }): this {
    const { ids } = this;
    const html = {
      type: 2,
      id: ids.html,
      tagName: "html",
      attributes: {},
      childNodes: [
        { type: 2, id: ids.head, tagName: "head", attributes: {}, childNodes: head },
        { type: 2, id: ids.body, tagName: "body", attributes: {}, childNodes: body },
      ],
    };
    const doctype = { type: 1, id: ids.doctype, name: "html", publicId: "", systemId: "" };
    const node = { type: 0, id: ids.document, childNodes: [doctype, html] };
    this.add(4, at, { href: "http://recorded.test/", ...size });
    return this.add(2, at, { node, initialOffset: { left: 0, top: 0 } });
  }

  mutation(
    at: number,
    changes: {
      texts?: unknown[];
      attributes?: unknown[];
      removes?: unknown[];
      adds?: unknown[];
      isAttachIframe?: true;
    },
  ): this {
    return this.add(3, at, { source: 0, texts: [], attributes: [], removes: [], adds: [], ...changes });
  }

  /** Adds a node as the last one in its parent. */
  append(at: number, parentId: number, node: RecordedNode): this {
    return this.mutation(at, { adds: [{ parentId, nextId: null, node }] });
  }

  change(at: number, id: number, attributes: Attributes): this {
    return this.mutation(at, { attributes: [{ id, attributes }] });
  }

  add(type: number, at: number, data: unknown): this {
    this.events.push({ type, data, timestamp: startedAt + at });
    return this;
  }

  /** What the player is given: a JSON text for each event. */
  get texts(): string[] {
    return this.events.map((event) => JSON.stringify(event));
  }

  #id(): number {
    this.#nextId += 1;
    return this.#nextId;
  }
}

/** A page with a counter whose text is the number of milliseconds at which it was written, `count` times. */
export function counter(count: number, step: number, snapshotEach = Infinity): RecordedPage {
  const page = new RecordedPage();
  const text = page.text("0");
  const box = page.element("p", { id: "counter" }, text);
  page.snapshot(0, [box]);
  for (let index = 1; index < count; index += 1) {
    const at = index * step;
    if (index % snapshotEach === 0) page.snapshot(at, [{ ...box, childNodes: [{ ...text, textContent: String(at) }] }]);
    else page.mutation(at, { texts: [{ id: text.id, value: String(at) }] });
  }
  return page;
}

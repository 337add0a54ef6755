// The part of `@rrweb/replay` that is used. Its own types refer to a package that it does not
// depend on. The protected members are its internals; the version is pinned, and the tests notice
// where one is gone.
declare module "@rrweb/replay" {
  export interface ReplayEvent {
    type: number;
    data: unknown;
    /** Epoch milliseconds. */
    timestamp: number;
  }

  export interface ReplayPlugin {
    /** Called with each node that was built, documents among them. */
    onBuild(node: Node): void;
  }

  export interface ReplayConfig {
    root: HTMLElement;
    speed: number;
    plugins: ReplayPlugin[];
    mouseTail: boolean;
    triggerFocus: boolean;
    showWarning: boolean;
    /** Whether drawing on a canvas is done again, by scripts in a frame that may run them. */
    UNSAFE_replayCanvas: false;
  }

  export class Replayer {
    constructor(events: ReplayEvent[], config: ReplayConfig);
    readonly iframe: HTMLIFrameElement;
    /** Its state; the events are those that it looks at when it starts or seeks, its clock counts from the first. */
    readonly service: { readonly state: { readonly context: { readonly events: ReplayEvent[] } } };
    /** Style sheets as they were adapted for the replay; adapting them is what a snapshot takes longest for. */
    protected cache: object;
    protected applyIncremental(event: ReplayEvent, isSync: boolean): void;
    protected applyStyleSheetMutation(data: unknown): void;
    protected applyAdoptedStyleSheet(data: unknown): void;
    protected rebuildFullSnapshot(event: ReplayEvent, isSync?: boolean): void;
    protected moveAndHover(...place: unknown[]): void;
    on(name: "resize", handler: (size: { width: number; height: number }) => void): void;
    on(name: "fullsnapshot-rebuilded", handler: () => void): void;
    /** The nodes of the page by their IDs. */
    getMirror(): { getNode(id: number): Node | null };
    /** Milliseconds since the first event. */
    getCurrentTime(): number;
    play(offset: number): void;
    /** With an offset: seeks there and stays. */
    pause(offset?: number): void;
    setConfig(config: { speed: number }): void;
    /** Takes effect in a microtask. */
    addEvent(event: ReplayEvent): void;
    destroy(): void;
  }
}

// The replayer with its exceptions caught: an event that cannot be applied is skipped. Otherwise an
// exception would end the seek, or stop the clock for good.
import { Replayer, type ReplayConfig, type ReplayEvent } from "@rrweb/replay";
import { adaptSheet } from "./adapt.ts";

/** Style sheets adapted for the replay: the same in every replayer, so that going back does not adapt them again. */
class AdaptedSheets extends Map<string, string> {
  override get(css: string): string {
    const known = super.get(css);
    if (known !== undefined) return known;
    const adapted = adaptSheet(css);
    this.set(css, adapted);
    return adapted;
  }
}

const sheets = { stylesWithHoverClass: new AdaptedSheets() };

export class GuardedReplayer extends Replayer {
  constructor(events: ReplayEvent[], config: ReplayConfig) {
    super(events, config);
    this.cache = sheets;
  }

  protected override applyIncremental(event: ReplayEvent, isSync: boolean): void {
    attempt(() => super.applyIncremental(event, isSync));
  }

  protected override applyStyleSheetMutation(data: unknown): void {
    attempt(() => super.applyStyleSheetMutation(data));
  }

  protected override applyAdoptedStyleSheet(data: unknown): void {
    attempt(() => super.applyAdoptedStyleSheet(data));
  }

  protected override rebuildFullSnapshot(event: ReplayEvent, isSync?: boolean): void {
    attempt(() => super.rebuildFullSnapshot(event, isSync));
  }

  protected override moveAndHover(...place: unknown[]): void {
    attempt(() => super.moveAndHover(...place));
  }
}

/** Drops the style sheets of the previous recording. */
export function forgetSheets(): void {
  sheets.stylesWithHoverClass.clear();
}

function attempt(apply: () => void): void {
  try {
    apply();
  } catch {
    // The rest of the recording still plays.
  }
}

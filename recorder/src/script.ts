// The script build: the module's exports as `Replayscope`, and a recording if the script's tag asks for one.
import { start } from "./index.ts";
import { optionsOfTag } from "./script-tag.ts";
import { warningText } from "./warnings.ts";

export { start } from "./index.ts";

const options = readTag();
if (options) start(options);

function readTag(): ReturnType<typeof optionsOfTag> {
  try {
    return optionsOfTag();
  } catch (error) {
    console.error(warningText({ kind: "options-unreadable", error }));
    return undefined;
  }
}

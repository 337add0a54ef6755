// A session's batches as the files of its folder.
import { addTally, emptyTally, type Tally } from "../session/journal.ts";
import { manifest, type ManifestHead } from "../session/manifest.ts";
import type { Batch } from "./store.ts";
import type { Member } from "./zip.ts";

export function sessionFolder(head: ManifestHead, batches: readonly Pick<Batch, "files">[]): Member[] {
  const parts = new Map<string, { texts: string[]; tally: Tally }>();
  for (const { files } of batches) {
    for (const [path, { text, tally }] of Object.entries(files)) {
      const file = parts.get(path) ?? { texts: [], tally: emptyTally() };
      parts.set(path, file);
      file.texts.push(text);
      addTally(file.tally, tally);
    }
  }
  const files = [...parts].map(([path, { texts, tally }]) => ({ path, content: new Blob(texts), tally }));
  const sizes = new Map(files.map(({ path, content, tally }) => [path, { bytes: content.size, tally }]));
  const text = JSON.stringify(manifest(head, sizes), null, 2) + "\n";
  return [
    { name: `${head.id}/session.json`, content: new Blob([text]) },
    ...files.map(({ path, content }) => ({ name: `${head.id}/${path}`, content })),
  ];
}

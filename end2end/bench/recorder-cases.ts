// The cases in which the recorder's cost is measured: what a page does, with the limit of its cost.

/** What is compared with and without the recorder. */
export type Figure = "throughput" | "main thread" | "time" | "memory";

export interface RecorderCase {
  name: string;
  figure: Figure;
  /** Minimum ratio of a throughput, maximum of the others. */
  limit: number;
  /** Runs in the page. A throughput is what it returns. */
  run: () => Promise<unknown>;
}

/** Sends 2,500 messages per second, each echoed, for two seconds. Returns messages per second. */
const exchangeMessages = async (): Promise<number> => {
  const socket = new WebSocket("/echo");
  await new Promise((resolve) => (socket.onopen = resolve));
  const payload = JSON.stringify({ type: "offer", lot: 17, price: 12.5, note: "in the usual place".repeat(8) });
  let sent = 0;
  let received = 0;
  const start = performance.now();
  await new Promise((resolve) => {
    socket.onmessage = () => {
      received += 1;
      if (received === 5000) resolve(undefined);
    };
    const timer = setInterval(() => {
      const elapsed = performance.now() - start;
      for (const due = Math.min(elapsed, 2000) * 2.5; sent < due; sent += 1) socket.send(payload);
      if (elapsed >= 2000) clearInterval(timer);
    }, 4);
  });
  const seconds = (performance.now() - start) / 1000;
  socket.close();
  return (sent + received) / seconds;
};

/** Sends a hundred messages of 100 kB, one after the other, each echoed, and parses what it receives, as pages do. */
const exchangeLarge = async (): Promise<void> => {
  const socket = new WebSocket("/echo");
  await new Promise((resolve) => (socket.onopen = resolve));
  const items = Array.from({ length: 1075 }, (_, id) => ({
    id,
    name: `item ${id}`,
    text: "in the usual place".repeat(3),
  }));
  const payload = JSON.stringify(items);
  for (let count = 0; count < 100; count += 1) {
    const echoed = new Promise<unknown>((resolve) => {
      socket.onmessage = ({ data }) => resolve(JSON.parse(String(data)));
    });
    socket.send(payload);
    await echoed;
  }
  socket.close();
};

const fetchMany = async (): Promise<void> => {
  for (let round = 0; round < 100; round += 1)
    await Promise.all(Array.from({ length: 20 }, async () => void (await (await fetch("/answer")).json())));
};

const sendMany = async (): Promise<void> => {
  const send = (): Promise<unknown> =>
    new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("GET", "/answer");
      request.onload = () => resolve(JSON.parse(request.responseText));
      request.send();
    });
  for (let round = 0; round < 100; round += 1) await Promise.all(Array.from({ length: 20 }, send));
};

const readDownload = async (): Promise<void> => {
  const reader = (await fetch("/download")).body?.getReader();
  while (!(await reader?.read())?.done);
};

/** Calls of a few arguments: text, numbers, and in every second one an object. */
const logMany = async (): Promise<void> => {
  for (let round = 0; round < 20; round += 1) {
    for (let count = 0; count < 100; count += 1) {
      const value =
        count % 2 === 0 ? count : { id: count, name: `item ${count}`, tags: ["one", "other"], price: { amount: 5 } };
      console.log("Added to the list", round, value);
    }
    await new Promise((resolve) => setTimeout(resolve));
  }
};

/** Adds a hundred nodes, elements and their text, in each of 200 tasks. */
const addNodes = async (): Promise<void> => {
  const list = document.body.appendChild(document.createElement("ul"));
  for (let step = 0; step < 200; step += 1) {
    for (let count = 0; count < 25; count += 1) {
      const item = list.appendChild(document.createElement("li"));
      item.className = "item";
      item.setAttribute("data-row", String(count));
      item.appendChild(document.createElement("b")).textContent = `Item ${step}`;
      item.append(` in row ${count}`);
    }
    await new Promise((resolve) => setTimeout(resolve));
  }
};

export const recorderCases: readonly RecorderCase[] = [
  { name: "5,000 messages a second", figure: "throughput", limit: 0.95, run: exchangeMessages },
  { name: "5,000 messages a second", figure: "main thread", limit: 1.15, run: exchangeMessages },
  { name: "200 messages of 100 kB", figure: "main thread", limit: 1.2, run: exchangeLarge },
  { name: "2,000 fetches", figure: "main thread", limit: 1.3, run: fetchMany },
  { name: "2,000 XMLHttpRequests", figure: "main thread", limit: 1.25, run: sendMany },
  {
    name: "JSON of 20 MB",
    figure: "main thread",
    limit: 1.2,
    run: async () => void (await (await fetch("/large")).json()),
  },
  { name: "download of 200 MB", figure: "time", limit: 1.05, run: readDownload },
  { name: "download of 200 MB", figure: "memory", limit: 1.1, run: readDownload },
  { name: "2,000 calls of console.log", figure: "main thread", limit: 1.2, run: logMany },
  { name: "20,000 nodes added", figure: "main thread", limit: 1.4, run: addNodes },
];

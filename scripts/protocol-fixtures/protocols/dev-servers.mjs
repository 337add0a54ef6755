// The dev servers of Vite and webpack, with the pages that they serve; a file is edited.
export const fixtures = ["vite", "webpack-dev-server"];

export async function serve({ folder, load, port, sleep }, fixture) {
  const { writeFile } = await load("node:fs/promises");
  const root = await folder();
  const write = (name, text) => writeFile(`${root}/${name}`, text);
  const isVite = fixture === "vite";
  await write("main.js", isVite ? hot("main", 1) : "export default 1;");
  await write("style.css", "p { color: red }");
  await write("index.html", '<link rel="stylesheet" href="/style.css"><script type="module" src="/main.js"></script>');
  const stop = await (isVite ? startVite : startWebpack)(load, root, port);
  const whenLoaded = async (page) => {
    await sleep(1000);
    await write("main.js", isVite ? hot("main", 2) : "export default 2;");
    await sleep(700);
    if (isVite) await write("style.css", "p { color: blue }");
    await sleep(700);
    await write("main.js", "export default (;");
    await sleep(700);
    if (isVite) await page.evaluate(() => import("/main.js?again").catch(() => undefined));
    await sleep(500);
  };
  return { page: `http://127.0.0.1:${port}/`, whenLoaded, stop };
}

const hot = (name, version) => `export const ${name} = ${version};
import.meta.hot.accept();
import.meta.hot.send("fixture:question", { version: ${version} });
`;

async function startVite(load, root, port) {
  const { createServer } = await load("vite");
  const server = await createServer({
    root,
    configFile: false,
    logLevel: "silent",
    server: { host: "127.0.0.1", port, strictPort: true },
  });
  server.hot.on("fixture:question", (data, client) => client.send("fixture:answer", data));
  await server.listen();
  return () => server.close();
}

async function startWebpack(load, root, port) {
  const { default: webpack } = await load("webpack");
  const { default: DevServer } = await load("webpack-dev-server");
  const compiler = webpack({
    mode: "development",
    context: root,
    entry: "./main.js",
    output: { path: `${root}/dist`, filename: "main.js" },
    infrastructureLogging: { level: "none" },
    stats: "none",
  });
  const client = { logging: "none" };
  const server = new DevServer(
    { host: "127.0.0.1", port, hot: true, client, static: { directory: root, watch: false } },
    compiler,
  );
  await server.start();
  return () => server.stop();
}

// Creates a container in Azurite: node azure-container.mjs http://127.0.0.1:10000 NAME
import { createHmac } from "node:crypto";

/** Azurite's own account, whose key is the same everywhere and documented. */
const account = "devstoreaccount1";
const key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

const [origin, container] = process.argv.slice(2);
const path = `/${account}/${container}`;
const headers = { "x-ms-date": new Date().toUTCString(), "x-ms-version": "2021-08-06" };
// The method, eleven headers that the request does not have, those of Azure, and the resource with its parameters.
const signed = [
  "PUT",
  ...Array(11).fill(""),
  ...Object.entries(headers).map(([name, value]) => `${name}:${value}`),
  `/${account}${path}`,
  "restype:container",
].join("\n");
const signature = createHmac("sha256", Buffer.from(key, "base64")).update(signed).digest("base64");
const { ok, status } = await fetch(`${origin}${path}?restype=container`, {
  method: "PUT",
  headers: { ...headers, Authorization: `SharedKey ${account}:${signature}` },
});
if (!ok) {
  console.error(`The container is not created: status ${status}`);
  process.exit(1);
}

// tRPC over WebSocket.
export const fixtures = ["trpc"];

export async function serve({ load, serveSockets, sleep }) {
  const { initTRPC, TRPCError } = await load("@trpc/server");
  const { getWSConnectionHandler } = await load("@trpc/server/adapters/ws");
  const { router, procedure } = initTRPC.create({ isDev: false });
  const input = (value) => value;
  const app = router({
    sum: procedure.input(input).query(({ input: [a, b] }) => a + b),
    rename: procedure.input(input).mutation(({ input }) => ({ name: input.name })),
    fail: procedure.query(() => {
      throw new TRPCError({ code: "FORBIDDEN", message: "Not allowed" });
    }),
    never: procedure.query(() => new Promise(() => {})),
    counter: procedure.subscription(async function* () {
      for (const n of [1, 2, 3]) {
        await sleep(20);
        yield n;
      }
    }),
  });
  const wss = serveSockets("/trpc", (socket, request) => handle(socket, request));
  const handle = getWSConnectionHandler({
    wss,
    router: app,
    keepAlive: { enabled: true, pingMs: 300, pongWaitMs: 1000 },
  });
}

export async function page({ url, sleep }) {
  const { createTRPCClient, createWSClient, wsLink } = await import("@trpc/client");
  const socket = createWSClient({
    url: `${url.replace("http", "ws")}/trpc`,
    connectionParams: { token: "secret" },
    keepAlive: { enabled: true, intervalMs: 300, pongTimeoutMs: 1000 },
  });
  const client = createTRPCClient({ links: [wsLink({ client: socket })] });
  await client.sum.query([1, 2]);
  await Promise.all([client.sum.query([3, 4]), client.rename.mutate({ name: "a" })]);
  await client.fail.query().catch(() => undefined);
  await client.missing.query().catch(() => undefined);
  await new Promise((resolve) => client.counter.subscribe(undefined, { onComplete: resolve, onError: resolve }));
  const subscription = client.counter.subscribe(undefined, { onData() {} });
  await sleep(30);
  subscription.unsubscribe();
  void client.never.query().catch(() => undefined);
  await sleep(800);
  void socket.close();
  await sleep(50);
}

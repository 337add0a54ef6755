// Inlined into a page before every other script: buffers socket events until the recorder is
// loaded.
import { hookSockets, type SocketHook } from "./capture/socket-hook.ts";

window.replayscopeSockets ??= hookSockets() as SocketHook;

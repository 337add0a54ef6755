// For the page itself, before every other script: what sockets do is kept until the recorder has come.
import { hookSockets } from "./capture/socket-hook.ts";

window.replayscopeSockets ??= hookSockets();

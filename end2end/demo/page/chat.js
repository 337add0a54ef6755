// The traders' chat, which the page closes with a reason.

export function startChat() {
  const list = document.getElementById("chat");
  const form = document.getElementById("say");
  const socket = new WebSocket(`ws://${location.host}/ws/chat`, ["chat.v2", "chat.v1"]);
  let sent = 0;

  const show = (from, text, className = "") => {
    const item = document.createElement("li");
    const name = document.createElement("b");
    name.textContent = `${from} `;
    item.className = className;
    item.append(name, text);
    list.append(item);
    list.scrollTop = list.scrollHeight;
  };

  socket.onopen = () => console.log("Chat: in the room, speaking", socket.protocol);
  socket.onmessage = ({ data }) => {
    const event = JSON.parse(data);
    if (event.type === "message") show(event.from, event.text);
  };
  socket.onerror = () => console.error("Chat: lost");
  socket.onclose = ({ code, reason }) => {
    console.log("Chat: closed", { code, reason });
    show("You", `(${reason})`, "mine");
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { text } = form.elements;
    sent += 1;
    socket.send(JSON.stringify({ type: "say", id: `m-${sent}`, text: text.value }));
    show("You", text.value, "mine");
    text.value = "";
  });
  document.getElementById("leave").addEventListener("click", () => socket.close(1000, "left the room"));
}

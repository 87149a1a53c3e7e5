// The browser side of the preview: a model for each widget over one websocket, and a reload when a file was saved.

const PLACE = "lideri-preview-scroll";

class Model {
  constructor(state, tell) {
    this.state = state;
    this.tell = tell;
    this.listeners = new Map();
    this.changed = {};
  }
  get(name) { return this.state[name]; }
  set(name, value) { this.state[name] = value; this.changed[name] = value; }
  save_changes() { this.tell({ type: "state", state: this.changed }); this.changed = {}; }
  send(content) { this.tell({ type: "message", content }); return Promise.resolve(); }
  on(name, listener) { this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]); }
  off(name, listener) { this.listeners.set(name, (this.listeners.get(name) ?? []).filter((each) => each !== listener)); }
  fire(name, ...values) { for (const listener of this.listeners.get(name) ?? []) listener(...values); }
  take(state) {
    Object.assign(this.state, state);
    for (const name of Object.keys(state)) this.fire(`change:${name}`);
  }
}

const models = new Map();
const socket = new WebSocket(`ws://${location.host}/live${location.search}`);
const tell = (block) => (message) => socket.send(JSON.stringify({ ...message, block }));

socket.addEventListener("message", async (event) => {
  const message = JSON.parse(event.data);
  if (message.type === "reload") {
    sessionStorage.setItem(PLACE, String(scrollY));
    location.reload();
    return;
  }
  const host = document.querySelector(`[data-block="${message.block}"]`);
  if (message.type === "broken") { host.textContent = `Neizdevās parādīt «${host.dataset.exercise}»: ${message.message}`; return; }
  if (message.type === "widget") {
    for (const key of Object.keys(localStorage)) if (key.includes("priekšskatījums")) localStorage.removeItem(key);
    const model = new Model(message.state, tell(message.block));
    models.set(message.block, model);
    const module = await import(`/widgets/${message.module}.js?${Date.now()}`);
    module.default.render({ model, el: host });
    scrollTo(0, Number(sessionStorage.getItem(PLACE) ?? 0));
    return;
  }
  const model = models.get(message.block);
  if (message.type === "state") model?.take(message.state);
  if (message.type === "message") model?.fire("msg:custom", message.content);
});

socket.addEventListener("close", () => {
  document.getElementById("stavoklis").textContent = "Priekšskatījums ir apturēts. Palaid «lideri preview» vēlreiz un pārlādē lapu.";
});

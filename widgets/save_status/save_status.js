// The page's own line. Each answer announces its own saving, so this one only shows.

function render({ el }) {
  const line = h("p", { class: "save" });
  const show = () => {
    const { failing, waiting, savedAt } = connection();
    const [kind, picture, text] = failing.size ? ["save--bad", "warn", "Nav saglabāts – mēģinām vēlreiz"]
      : waiting.size ? ["save--busy", "clock", "Saglabā…"]
      : savedAt ? ["save--ok", "ok", `Viss saglabāts ${clock(savedAt)}`]
      : ["save--busy", "none", "Viss, ko ierakstīsi, saglabāsies uzreiz"];
    if (line.dataset.text === text) return;
    line.dataset.text = text;
    line.className = `save ${kind}`;
    fill(line, icon(picture), h("span", {}, text));
  };
  connection().addEventListener("change", show);
  show();
  el.append(h("div", { class: "lideri" }, line));
  return () => connection().removeEventListener("change", show);
}

export default { render };

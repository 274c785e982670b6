// Shows the page anew when the report has changed: what was unfolded stays unfolded, and the window where it was.
const name = (details) => `${details.closest("article, main").id} ${details.className}`;
const folds = () => [...document.querySelectorAll("details.prompt, details.findings, details.intro")];
const open = new Set(JSON.parse(sessionStorage.getItem("open") || "[]"));
for (const details of folds()) details.open = open.has(name(details));
new EventSource("changes").onmessage = (event) => {
  if (event.data === "@VERSION@") return;
  sessionStorage.setItem("open", JSON.stringify(folds().filter((details) => details.open).map(name)));
  location.reload();
};
